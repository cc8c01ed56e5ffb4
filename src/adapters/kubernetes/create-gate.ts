/** Lets a bounded number of callers through at a time; the others wait in order. */
export type Gate = <T>(work: () => Promise<T>, signal: AbortSignal) => Promise<T>

/** A gate of `width` places. A caller whose signal is aborted while it waits leaves the queue. */
export function createGate(width: number): Gate {
  let taken = 0
  const waiting: (() => void)[] = []

  async function enter(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted()
    if (taken < width) {
      taken++
      return
    }
    await new Promise<void>((resolve, reject) => {
      const leave = () => {
        waiting.splice(waiting.indexOf(admit), 1)
        reject(signal.reason)
      }
      const admit = () => {
        signal.removeEventListener('abort', leave)
        resolve()
      }
      waiting.push(admit)
      signal.addEventListener('abort', leave, { once: true })
    })
  }

  /** The place passes to the next in the queue; only an empty queue frees it. */
  function exit(): void {
    const next = waiting.shift()
    if (next) next()
    else taken--
  }

  return async (work, signal) => {
    await enter(signal)
    try {
      return await work()
    } finally {
      exit()
    }
  }
}
