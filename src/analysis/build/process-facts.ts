/**
 * What a Node trace says about its own process: log events of the reserved category `exectrace`, whose message is a
 * JSON object with a `kind`. `process` holds facts (Node's version, pid, level, command …); `loss` says that the
 * recorder dropped records at this place; `region` gives the true extent of a region that ended on another strand
 * than it began on, which Go's format cannot say. Facts about tasks are in task-facts.ts. Any other kind is a log line for
 * people.
 */

/** The true extent of a region; times on the trace's absolute clock, ns. */
export interface RegionExtent {
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

/** Category of the log events in which the recorder speaks. Their presence makes the trace a Node trace. */
export const RECORDER_CATEGORY = 'exectrace';

type Facts = Record<string, string | number | boolean>;

export class ProcessFacts {
  /** Of the first process that speaks: a trace that was merged of several has more. */
  readonly facts: Facts = {};
  /** Each process that spoke, and the proc on which it did: the builder's number, -1 = none. */
  readonly processes: { readonly facts: Facts; readonly proc: number }[] = [];
  /** Records dropped so far. */
  lost = 0;
  /** Has the recorder spoken at all? */
  isNode = false;
  /** What the last message said of a region, if it did. */
  region: RegionExtent | undefined;

  /** Reads a message of the recorder, as `parseFact` gives it, from a proc. Returns whether it is worth a line in the table of logs. */
  read(said: Readonly<Record<string, unknown>> | undefined, proc: number): boolean {
    this.isNode = true;
    this.region = undefined;
    if (said === undefined) return true;
    if (said.kind === 'region') {
      const { name, start, end } = said;
      if (typeof name === 'string' && typeof start === 'number' && typeof end === 'number') {
        this.region = { name, start, end };
      }
      return false;
    }
    if (said.kind === 'loss' && typeof said.records === 'number') this.lost += said.records;
    if (said.kind !== 'process') return true;
    // A process may speak again: after a cut all that it said, else something that it has learned since.
    const known =
      said.pid === undefined
        ? (this.processes.find((process) => process.proc === proc) ?? this.processes[0])
        : this.processes.find(({ facts }) => facts.pid === said.pid);
    const facts = known?.facts ?? (this.processes.length === 0 ? this.facts : {});
    if (known === undefined) this.processes.push({ facts, proc });
    for (const [name, value] of Object.entries(said)) {
      const plain = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
      if (plain && name !== 'kind') facts[name] = value;
    }
    return false;
  }
}

/** The JSON object in a message, or undefined: a trace may hold anything. */
export function parseFact(message: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(message);
    return typeof value === 'object' && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}
