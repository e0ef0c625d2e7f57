/** One thing that a search finds, and where a search has led. */
export interface Match {
  readonly key: string;
  readonly kind: string;
  readonly name: string;
  readonly detail: string;
  /** Keys of a command, as the help shows them. */
  readonly keys?: readonly string[];
  readonly go: () => void;
  /** A place in the trace, to which Enter can come back later. */
  readonly place: boolean;
}

/** The places that the last search found, and the one that was gone to. */
export interface Hits {
  readonly places: readonly Match[];
  readonly at: number;
}
