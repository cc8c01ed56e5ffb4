import { randomUUID } from 'node:crypto'

/**
 * A new identity: the prefix and a UUID of version 7 (RFC 9562), 48 bits of the time and 74 random ones. What is made together
 * stands together in an index, so that a store touches one page of it and not one for each.
 */
export function newId(prefix: string): string {
  const time = Date.now().toString(16).padStart(12, '0')
  return `${prefix}_${time.slice(0, 8)}-${time.slice(8)}-7${randomUUID().slice(15)}`
}
