/**
 * Which strand on which thread a posted message wakes.
 *
 * A channel has two ends; an end is a port, which is a strand, as long as it is not under way to another thread in a
 * message. Messages of a channel arrive in the order in which they were posted; so the n-th to be received is the n-th
 * that was posted, and the ports born right before it is received are those that it carried.
 *
 * The encoder asks here, with the threads' steps in the order of time. A message wakes a port from when somebody listens
 * on it: what waits in a port that nobody listens to wakes nobody.
 */

/** One end of a channel. */
interface End {
  /** The port's strand; 0 = not known, or under way. */
  strand: number;
  peer: End | undefined;
  /** Messages posted to this end, and received from it as far as is encoded. */
  posted: number;
  received: number;
  listens: boolean;
  /** What messages carry: by their number. */
  readonly carried: Map<number, readonly End[]>;
}

function newEnd(strand: number): End {
  return { strand, peer: undefined, posted: 0, received: 0, listens: false, carried: new Map() };
}

function link(a: End, b: End): void {
  a.peer = b;
  b.peer = a;
}

export class MessagePorts {
  readonly #ends = new Map<number, End>();
  /** Both ends of the channel of each worker, by its `threadId`: the parent's and its own. */
  readonly #workers = new Map<number, readonly [End, End]>();
  /** Ports that somebody listens on of which nothing else is known yet. */
  readonly #listening = new Set<number>();
  /** Ends that the next message takes along. */
  #leaving: End[] = [];

  pair(a: number, b: number): void {
    link(this.#at(a, newEnd(a)), this.#at(b, newEnd(b)));
  }

  /** `strand` is an end of the channel of worker `threadId`: the worker's own, or its parent's. */
  workerPort(strand: number, threadId: number, isOwn: boolean): void {
    let channel = this.#workers.get(threadId);
    if (channel === undefined) {
      channel = [newEnd(0), newEnd(0)];
      link(...channel);
      this.#workers.set(threadId, channel);
    }
    this.#at(strand, channel[isOwn ? 1 : 0]);
  }

  /** Somebody begins to listen on the port. */
  listens(strand: number): void {
    const end = this.#ends.get(strand);
    if (end !== undefined) end.listens = true;
    else this.#listening.add(strand);
  }

  /** The port goes with the next message. */
  leaves(strand: number): void {
    const end = this.#ends.get(strand);
    if (end === undefined) return;
    this.forget(strand);
    end.strand = 0;
    end.listens = false;
    this.#leaving.push(end);
  }

  /** A message is posted on port `strand`: returns the strand that it wakes, 0 = none that is known. */
  posted(strand: number): number {
    const carried = this.#leaving;
    this.#leaving = [];
    const peer = this.#ends.get(strand)?.peer;
    if (peer === undefined) return 0;
    peer.posted++;
    if (carried.length > 0) peer.carried.set(peer.posted, carried);
    return peer.listens ? peer.strand : 0;
  }

  /** The last message posted on `strand` was refused. */
  notPosted(strand: number): void {
    const peer = this.#ends.get(strand)?.peer;
    if (peer !== undefined) peer.carried.delete(peer.posted--);
  }

  /** Port `strand` receives a message; `born` are the ports born right before it. */
  receives(strand: number, born: readonly number[]): void {
    const end = this.#ends.get(strand);
    if (end === undefined) return;
    const carried = end.carried.get(++end.received);
    end.carried.delete(end.received);
    // Never guessed: if the count is not right, nothing is known of them.
    if (carried?.length !== born.length) return;
    for (const [i, port] of carried.entries()) this.#at(born[i]!, port);
  }

  /** The strand is gone. */
  forget(strand: number): void {
    this.#ends.delete(strand);
    this.#listening.delete(strand);
  }

  /** Forgets strands for which `isGone`. */
  forgetAll(isGone: (strand: number) => boolean): void {
    for (const strand of [...this.#ends.keys(), ...this.#listening]) if (isGone(strand)) this.forget(strand);
    for (const [id, channel] of this.#workers)
      if (!channel.some((end) => this.#ends.has(end.strand))) this.#workers.delete(id);
  }

  #at(strand: number, end: End): End {
    end.strand = strand;
    if (this.#listening.delete(strand)) end.listens = true;
    this.#ends.set(strand, end);
    return end;
  }
}
