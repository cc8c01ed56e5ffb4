import { createHash, timingSafeEqual } from 'node:crypto'
import type { SignedRequest } from './hmac.ts'

/** Senders that sign nothing and can only add headers of the operator's choice: the secret itself in `X-Webhook-Secret`. */
export function checkSharedSecret({ headers, secret }: SignedRequest): boolean {
  const told = headers['x-webhook-secret']
  return told !== undefined && secret !== '' && timingSafeEqual(digest(told), digest(secret))
}

/** Of equal length whatever came in. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
