import type { ApiRequest } from './api-request.ts'
import { type Fault, type FaultKind, parseFault, strikes } from './fault.ts'

/** The faults that are set, in the order in which they were set. */
export class FaultList {
  #faults: Fault[] = []
  #nextId = 1

  add(body: unknown): Fault {
    const fault = parseFault(body, this.#nextId)
    this.#nextId += 1
    this.#faults.push(fault)
    return fault
  }

  list(): Fault[] {
    return this.#faults
  }

  /** Removes one fault, or all. */
  clear(id?: number): void {
    this.#faults = id === undefined ? [] : this.#faults.filter((fault) => fault.id !== id)
  }

  /** The faults that strike this request; each one's count goes down. */
  take(request: ApiRequest): Fault[] {
    const struck = this.#faults.filter((fault) => strikes(fault, request))
    for (const fault of struck) this.use(fault)
    return struck
  }

  /** Whether a fault of this kind would strike; nothing is used up. */
  wouldStrike(kind: FaultKind, request: ApiRequest): boolean {
    return this.#faults.some((fault) => fault.kind === kind && strikes(fault, request))
  }

  /** Counts one strike. */
  use(fault: Fault): void {
    if (fault.count === undefined) return
    fault.count -= 1
    if (fault.count <= 0) this.clear(fault.id)
  }
}
