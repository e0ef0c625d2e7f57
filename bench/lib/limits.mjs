/** Limits for what is measured, so that no bench can hang or eat the machine, whatever it opens. */

const LOOK_EVERY = 250;

/** What was given up. The message is for a cell of a table. */
export class GaveUp extends Error {}

/**
 * Runs `measure` until it is done, takes too long or too much memory. Then `end` is called, which should kill what was
 * started, and the promise is rejected with `GaveUp`, whatever becomes of `measure`.
 *
 * @param seconds the most that it may take
 * @param memory bytes that are used now; `most`: and how many may be
 */
export async function within({ seconds, memory = () => 0, most = Number.POSITIVE_INFINITY }, measure, end) {
  const began = performance.now();
  let watch;
  const limit = new Promise((_, reject) => {
    const look = async () => {
      const took = (performance.now() - began) / 1000;
      const bytes = await memory();
      const text = `after ${Math.round(took)} s${bytes > 0 ? ` with ${(bytes / 1e9).toFixed(1)} GB` : ''}`;
      if (took > seconds || bytes > most) reject(new GaveUp(`gave up ${text}`));
      else watch = setTimeout(look, LOOK_EVERY);
    };
    watch = setTimeout(look, LOOK_EVERY);
  });
  const measured = measure();
  measured.catch(() => {});
  try {
    return await Promise.race([measured, limit]);
  } finally {
    clearTimeout(watch);
    await end();
  }
}
