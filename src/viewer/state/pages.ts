/** The pages of a trace. The overview is the first; the others show one thing in full, under the same overview strip. */
export const PAGES = ['overview', 'groups', 'tasks', 'profiles', 'memory', 'compare'] as const;

export type Page = (typeof PAGES)[number];

/**
 * What a page shows, in words for the address: which group is open, how the flame graph is turned. Each page knows its own
 * keys; `open` is what Escape closes.
 */
export type PageView = Readonly<Record<string, string>>;
