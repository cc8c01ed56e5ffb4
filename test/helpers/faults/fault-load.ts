import { setTimeout as pause } from 'node:timers/promises'

/** A signal that was answered with its id. */
export interface Acknowledged {
  signal_id: string
  incident_id: string
}

/**
 * Sends signals without a pause to whichever server is up, one after the other on each of `senders` lines; one that was not
 * acknowledged is sent again.
 */
export class FaultLoad {
  readonly acknowledged: Acknowledged[] = []
  readonly #urls: () => string[]
  readonly #body: (index: number) => object
  readonly #stop = new AbortController()
  readonly #lines: Promise<void>[]
  #next = 0

  constructor(
    urls: () => string[],
    body: (index: number) => object,
    { senders, pause_ms }: { senders: number; pause_ms: number },
  ) {
    this.#urls = urls
    this.#body = body
    this.#lines = Array.from({ length: senders }, () => this.#send(pause_ms))
  }

  async stop(): Promise<void> {
    this.#stop.abort()
    await Promise.all(this.#lines)
  }

  async #send(pause_ms: number): Promise<void> {
    while (!this.#stop.signal.aborted) {
      const body = JSON.stringify(this.#body(this.#next++))
      while (!this.#stop.signal.aborted && !(await this.#deliver(body))) await pause(20)
      await pause(pause_ms)
    }
  }

  async #deliver(body: string): Promise<boolean> {
    const urls = this.#urls()
    const url = urls[Math.floor(Math.random() * urls.length)]
    if (!url) return false
    try {
      const headers = { 'content-type': 'application/json' }
      const signal = AbortSignal.timeout(10_000)
      const answer = await fetch(`${url}/webhook/generic`, { method: 'POST', headers, body, signal })
      if (!answer.ok) return false
      const { signals } = (await answer.json()) as { signals: Acknowledged[] }
      this.acknowledged.push(...signals)
      return true
    } catch {
      return false
    }
  }
}
