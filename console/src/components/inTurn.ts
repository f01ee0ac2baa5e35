/** How many requests of a long piece of work are under way at once; the rest of the console stays responsive. */
const atOnce = 4;

/** Does `work` for every item, a few at a time. Ends with the first that throws. */
export async function inTurn<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const left = [...items];
  const worker = async () => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, left.length) }, worker));
}
