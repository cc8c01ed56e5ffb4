import { randomUUID } from 'node:crypto'

const traceparent = /^(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(?:-|$)/

/** The trace id of a W3C `traceparent` header; a new one of 32 hex digits where there is none or it is malformed. */
export function traceIdOf(header: string | undefined): string {
  return (header && traceparent.exec(header)?.[1]) || randomUUID().replaceAll('-', '')
}
