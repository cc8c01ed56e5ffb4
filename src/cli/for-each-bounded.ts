/** Does the work for each item, `jobs` at the same time, in the order of the items. The first failure ends it. */
export async function forEachBounded<T>(
  items: readonly T[],
  jobs: number,
  work: (item: T, index: number) => Promise<void>,
): Promise<void> {
  const waiting = items.entries()
  const worker = async () => {
    for (const [index, item] of waiting) await work(item, index)
  }
  await Promise.all(Array.from({ length: Math.min(jobs, items.length) }, worker))
}
