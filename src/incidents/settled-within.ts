/** True where all have ended in time. */
export async function settledWithin(work: ReadonlySet<Promise<void>>, ms: number): Promise<boolean> {
  if (work.size === 0) return true
  const limit = Promise.withResolvers<false>()
  const timer = setTimeout(limit.resolve, ms, false)
  const all = Promise.allSettled(work).then(() => true)
  return Promise.race([all, limit.promise]).finally(() => clearTimeout(timer))
}
