/** Lets one loop sleep until another has something for it. */
export class WakeUp {
  #sleeper: PromiseWithResolvers<void> | undefined

  /** Resolves at the next `ring`. */
  wait(): Promise<void> {
    this.#sleeper ??= Promise.withResolvers<void>()
    return this.#sleeper.promise
  }

  ring(): void {
    this.#sleeper?.resolve()
    this.#sleeper = undefined
  }
}
