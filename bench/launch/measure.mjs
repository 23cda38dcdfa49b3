// Times of things that are done in turn, and what is read out of them.

/**
 * Does each of them `count` times, in turn: what else the machine does meanwhile meets all alike.
 * @param {Record<string, () => Promise<number>>} things
 * @returns {Promise<Record<string, number[]>>}
 */
export async function interleaved(count, things) {
  const times = Object.fromEntries(Object.keys(things).map((name) => [name, []]));
  for (let turn = 0; turn < count; turn++)
    for (const [name, once] of Object.entries(things)) times[name].push(await once());
  return times;
}

const quantile = (share) => (numbers) =>
  [...numbers].sort((a, b) => a - b)[Math.floor((numbers.length - 1) * share)];

/** Of what only others can make slower: less of them than a median has. */
export const lowerQuartile = quantile(0.25);

/** Milliseconds that each phase of a run has taken, out of what AI_TRACE=1 prints. */
export const phasesOf = (text) =>
  Object.fromEntries(
    [...text.matchAll(/^trace +[\d.]+ ms {2}\+ *([\d.]+) {2}(.*)$/gm)].map(([, took, phase]) => [
      phase,
      Number(took),
    ]),
  );
