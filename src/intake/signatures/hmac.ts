import { createHmac, timingSafeEqual } from 'node:crypto'

/** A request as it came, and the secret that its sender shares with us. */
export interface SignedRequest {
  /** Names in lower case. */
  headers: Readonly<Record<string, string | undefined>>
  /** The bytes that were sent, before anything was read out of them. */
  body: Buffer
  secret: string
  /** Epoch milliseconds. */
  now: number
}

/** Is `hex` the HMAC-SHA256 of the parts, one after the other? Takes the same time wherever it differs; false for an empty secret. */
export function isHmac(hex: string, secret: string, ...parts: readonly (string | Buffer)[]): boolean {
  if (secret === '' || !/^[0-9a-f]{64}$/.test(hex)) return false
  const mac = createHmac('sha256', secret)
  for (const part of parts) mac.update(part)
  return timingSafeEqual(mac.digest(), Buffer.from(hex, 'hex'))
}
