/** Remembers the last keys it was shown, a bounded number of them. */
export class RecentlySeen {
  readonly #keys = new Set<string>()
  readonly #most: number

  constructor(most: number) {
    this.#most = most
  }

  /** True the first time that a key is shown. */
  isNew(key: string): boolean {
    if (this.#keys.has(key)) return false
    this.#keys.add(key)
    const oldest = this.#keys.values().next()
    if (this.#keys.size > this.#most && !oldest.done) this.#keys.delete(oldest.value)
    return true
  }
}
