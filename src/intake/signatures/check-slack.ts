import { isFresh } from './is-fresh.ts'
import { isHmac, type SignedRequest } from './hmac.ts'

/** Slack: `v0=<hex>` over version, time and body. An old request may be one that was overheard, and is refused. */
export function checkSlack({ headers, body, secret, now }: SignedRequest): boolean {
  const time = headers['x-slack-request-timestamp'] ?? ''
  const [version, hex = ''] = (headers['x-slack-signature'] ?? '').split('=')
  return version === 'v0' && isFresh(time, now) && isHmac(hex, secret, `v0:${time}:`, body)
}
