/** The pages of a trace. The overview is the first; the others show one thing in full, under the same overview strip. */
export const PAGES = ['overview', 'groups'] as const;

export type Page = (typeof PAGES)[number];
