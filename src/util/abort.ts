/** A signal that follows another one for as long as some work lasts. */
export interface BoundSignal extends Disposable {
  readonly signal: AbortSignal
  /** Ends it for another reason. */
  abort(reason: unknown): void
}

/**
 * Follows `outer`, and ends by itself after `limit.ms`. Disposed of when the work is done, it leaves nothing behind: what
 * `AbortSignal.any` and `AbortSignal.timeout` make is kept by the runtime, with all that listens to it, until the time is up or
 * the outer signal ends, which for that of a service means for good.
 */
export function boundSignal(outer: AbortSignal, limit?: { ms: number; reason?: () => unknown }): BoundSignal {
  const own = new AbortController()
  const follow = (): void => own.abort(outer.reason)
  if (outer.aborted) follow()
  else outer.addEventListener('abort', follow, { once: true })
  const expire = (): void => own.abort(limit?.reason?.() ?? new DOMException('the time is up', 'TimeoutError'))
  const timer = limit && !outer.aborted ? setTimeout(expire, limit.ms) : undefined
  return {
    signal: own.signal,
    abort: (reason) => own.abort(reason),
    [Symbol.dispose]: () => {
      clearTimeout(timer)
      outer.removeEventListener('abort', follow)
    },
  }
}

/** The result of the work, or the signal's reason where that comes first, also of work that does not listen to the signal. */
export async function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  // A failure of the work after the abort is ignored.
  work.catch(() => undefined)
  signal.throwIfAborted()
  const aborted = Promise.withResolvers<never>()
  const onAbort = (): void => aborted.reject(signal.reason)
  signal.addEventListener('abort', onAbort, { once: true })
  try {
    return await Promise.race([work, aborted.promise])
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}
