/** Runs all tasks, a bounded number at a time. The first error, an abort, ends it. */
export async function runBounded(tasks: readonly (() => Promise<unknown>)[], width: number): Promise<void> {
  const queue = tasks.values()
  const worker = async () => {
    for (const task of queue) await task()
  }
  await Promise.all(Array.from({ length: Math.min(width, tasks.length) }, worker))
}
