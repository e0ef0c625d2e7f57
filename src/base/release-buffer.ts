/**
 * Gives the memory of buffers back at once, rather than when the garbage collector finds them: it knows little of what
 * lies outside of its heap, and a table of hundreds of megabytes that nobody uses can stay for seconds.
 */

/** What newer engines have. */
interface TransferableBuffer {
  /** Moves the content into a new buffer of another length; what is beyond is given back. */
  transfer?(length: number): ArrayBuffer;
}

interface Port {
  postMessage(message: unknown, transfer: readonly ArrayBuffer[]): void;
  close(): void;
}

let nowhere: Port | undefined;

/** Empties a buffer; arrays on it have no elements from then on. */
export function releaseBuffer(buffer: ArrayBuffer): void {
  if ((buffer as TransferableBuffer).transfer !== undefined) {
    (buffer as TransferableBuffer).transfer!(0);
    return;
  }
  // A message for a port that is closed is dropped, with all that was handed over in it.
  if (nowhere === undefined) {
    const { MessageChannel } = globalThis as unknown as { MessageChannel: new () => { readonly port1: Port } };
    nowhere = new MessageChannel().port1;
    nowhere.close();
  }
  nowhere.postMessage(undefined, [buffer]);
}
