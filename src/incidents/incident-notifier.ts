/** Notifies those that wait for a change of an incident. */
export class IncidentNotifier {
  readonly #waiting = new Map<string, Set<() => void>>()

  notify(incident_id: string): void {
    const waiting = this.#waiting.get(incident_id)
    this.#waiting.delete(incident_id)
    for (const resume of waiting ?? []) resume()
  }

  /** Resolves with the next notification, after `ms`, or when the signal is aborted, whichever is first. Never rejects. */
  wait(incident_id: string, ms: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return Promise.resolve()
    return new Promise((resolve) => {
      const waiting = this.#waiting.get(incident_id) ?? new Set()
      this.#waiting.set(incident_id, waiting)
      const done = () => {
        clearTimeout(timer)
        signal.removeEventListener('abort', done)
        waiting.delete(done)
        if (waiting.size === 0 && this.#waiting.get(incident_id) === waiting) this.#waiting.delete(incident_id)
        resolve()
      }
      const timer = setTimeout(done, ms)
      signal.addEventListener('abort', done, { once: true })
      waiting.add(done)
    })
  }
}
