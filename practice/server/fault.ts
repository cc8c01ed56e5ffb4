import { type ApiRequest, resourceName } from './api.ts'

/** What can be made to go wrong: a refusal by its code, a delay, an endless wait, half a body, a watch that breaks. */
const faultKinds = ['401', '403', '404', '410', '429', '500', 'delay', 'hang', 'cut', 'drop'] as const
export type FaultKind = (typeof faultKinds)[number]

/** A fault and what it strikes; what is left out matches everything. */
export interface Fault {
  id: number
  kind: FaultKind
  verb?: string
  group?: string
  /** `pods`, `pods/log`, ... */
  resource?: string
  namespace?: string
  name?: string
  /** How many times it strikes; forever when absent. */
  count?: number
  delay_ms?: number
  retry_after_seconds?: number
}

const textFields = ['verb', 'group', 'resource', 'namespace', 'name'] as const
const numberFields = ['count', 'delay_ms', 'retry_after_seconds'] as const

function checkField(fields: Record<string, unknown>, field: string, type: string): void {
  const value = fields[field]
  if (value === undefined) return
  const fine = typeof value === type && (type !== 'number' || (Number.isFinite(value) && Number(value) >= 0))
  if (!fine) throw new Error(`${field} must be a ${type === 'number' ? 'number, 0 or more' : type}`)
}

/** Reads a fault from a control request; the message of its error names the field. */
function parseFault(body: unknown, id: number): Fault {
  if (typeof body !== 'object' || body === null) throw new Error('a fault is a JSON object')
  const fields = body as Record<string, unknown>
  const known = new Set<string>(['kind', ...textFields, ...numberFields])
  const unknown = Object.keys(fields).find((field) => !known.has(field))
  if (unknown !== undefined) throw new Error(`unknown field ${unknown}; known are ${[...known].join(', ')}`)
  const kind = faultKinds.find((each) => each === String(fields['kind']))
  if (kind === undefined) throw new Error(`kind must be one of ${faultKinds.join(', ')}`)
  for (const field of textFields) checkField(fields, field, 'string')
  for (const field of numberFields) checkField(fields, field, 'number')
  return { ...(fields as Omit<Fault, 'id' | 'kind'>), kind, id }
}

function fits(wanted: string | undefined, actual: string | undefined): boolean {
  return wanted === undefined || wanted === '*' || wanted === actual
}

/** Whether a fault strikes a request. */
export function strikes(fault: Fault, request: ApiRequest): boolean {
  return (
    fits(fault.verb, request.verb) &&
    fits(fault.group, request.group) &&
    fits(fault.resource, resourceName(request)) &&
    fits(fault.namespace, request.namespace) &&
    fits(fault.name, request.name) &&
    (fault.kind !== 'drop' || request.verb === 'watch')
  )
}

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
