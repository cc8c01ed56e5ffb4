import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import type { SignedRequest } from './signal-source.ts'

/* What the signature checks of several senders share. Comparisons take the same time wherever texts differ. */

const maxAgeMs = 5 * 60_000

/** True for a time (seconds since 1970, as text) that differs from `now` by five minutes at most. An older request may be a replayed one. */
export function isFresh(seconds: string, now: number): boolean {
  return /^\d{1,12}$/.test(seconds) && Math.abs(now - Number(seconds) * 1000) <= maxAgeMs
}

/** True where `hex` is the HMAC-SHA256 of the parts, concatenated; false for an empty secret. */
export function isHmac(hex: string, secret: string, ...parts: readonly (string | Buffer)[]): boolean {
  if (secret === '' || !/^[0-9a-f]{64}$/.test(hex)) return false
  const mac = createHmac('sha256', secret)
  for (const part of parts) mac.update(part)
  return timingSafeEqual(mac.digest(), Buffer.from(hex, 'hex'))
}

/** For senders that sign nothing and can only add a header: the secret itself in `X-Webhook-Secret`. */
export function checkSharedSecret({ headers, secret }: SignedRequest): boolean {
  const sent = headers['x-webhook-secret']
  return sent !== undefined && secret !== '' && timingSafeEqual(digest(sent), digest(secret))
}

/** Digests of all texts have the same length. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
