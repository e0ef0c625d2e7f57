/** Options that each switch on a source of the recorder of their name, beyond what the level records. */

export const SOURCE_OPTIONS = {
  sync: { type: 'boolean', description: 'Also record blocking calls, such as readFileSync' },
  cpu: { type: 'boolean', description: 'Also sample what the CPU does, 1000 times a second' },
  gc: { type: 'boolean', description: 'Also record what collections do: heap, phases, helper threads' },
} as const;

/** The names of the sources that `values` switch on, with commas between. */
export function sourcesOf(values: { readonly [name in keyof typeof SOURCE_OPTIONS]?: boolean | undefined }): string {
  return Object.keys(SOURCE_OPTIONS)
    .filter((name) => values[name as keyof typeof SOURCE_OPTIONS])
    .join(',');
}
