import pLimit from 'p-limit'

/* Parallelism with a bound. */

/** Runs one piece of work when there is room for it; the others wait in order. */
export type Limiter = <T>(work: () => Promise<T>, signal: AbortSignal) => Promise<T>

/** At most `width` pieces of work at a time. A caller whose signal is aborted while it waits is rejected at once, and its work never starts. */
export function createLimiter(width: number): Limiter {
  const limit = pLimit(width)
  return async <T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> => {
    signal.throwIfAborted()
    const result = Promise.withResolvers<T>()
    const onAbort = (): void => result.reject(signal.reason)
    signal.addEventListener('abort', onAbort, { once: true })
    void limit(async () => {
      signal.removeEventListener('abort', onAbort)
      if (!signal.aborted) await work().then(result.resolve, result.reject)
    })
    return result.promise
  }
}

/** Does the work for each item, at most `width` at a time, in the order of the items. The first failure rejects, and no further item is started. */
export async function forEachBounded<T>(
  items: readonly T[],
  width: number,
  work: (item: T, index: number) => Promise<unknown>,
): Promise<void> {
  const limit = pLimit(width)
  let failed = false
  await limit.map(items, async (item, index) => {
    if (failed) return
    try {
      await work(item, index)
    } catch (error) {
      failed = true
      limit.clearQueue()
      throw error
    }
  })
}

/** Runs all tasks, at most `width` at a time. The first failure rejects, and no further task is started. */
export async function runBounded(tasks: readonly (() => Promise<unknown>)[], width: number): Promise<void> {
  await forEachBounded(tasks, width, (task) => task())
}
