import type { PayloadSource } from '#src/intake/read-payload.ts'
import { createHash, timingSafeEqual, createHmac } from 'node:crypto'

/** How each sender proves who it is, where it has a way of its own. */
export const signatureChecks: Readonly<Partial<Record<PayloadSource, (request: SignedRequest) => boolean>>> = {
  pagerduty: checkPagerduty,
  github: checkGithub,
  slack: checkSlack,
  grafana: checkGrafana,
  datadog: checkSharedSecret,
  newrelic: checkSharedSecret,
}

const window_ms = 5 * 60_000

/** A request as it came, and the secret that its sender shares with us. */
interface SignedRequest {
  /** Names in lower case. */
  headers: Readonly<Record<string, string | undefined>>
  /** The bytes that were sent, before anything was read out of them. */
  body: Buffer
  secret: string
  /** Epoch milliseconds. */
  now: number
}

/** GitHub: `sha256=<hex>` over the body. The older SHA-1 header is not looked at. */
function checkGithub({ headers, body, secret }: SignedRequest): boolean {
  const [algorithm, hex = ''] = (headers['x-hub-signature-256'] ?? '').split('=')
  return algorithm === 'sha256' && isHmac(hex, secret, body)
}

/** Slack: `v0=<hex>` over version, time and body. An old request may be one that was overheard, and is refused. */
function checkSlack({ headers, body, secret, now }: SignedRequest): boolean {
  const time = headers['x-slack-request-timestamp'] ?? ''
  const [version, hex = ''] = (headers['x-slack-signature'] ?? '').split('=')
  return version === 'v0' && isFresh(time, now) && isHmac(hex, secret, `v0:${time}:`, body)
}

/** PagerDuty signs with every secret that is in use, so that they can be changed: `v1=<hex>,v1=<hex>`; one that fits is enough. */
function checkPagerduty({ headers, body, secret }: SignedRequest): boolean {
  const signatures = (headers['x-pagerduty-signature'] ?? '').split(',').slice(0, 16)
  return signatures.some((signature) => {
    const [version, hex = ''] = signature.trim().split('=')
    return version === 'v1' && isHmac(hex, secret, body)
  })
}

/**
 * Grafana: hex over the body in `X-Grafana-Alerting-Signature`; with a time in `X-Grafana-Alerting-Timestamp` (both are set in the
 * contact point) over time and body, and then old requests are refused.
 */
function checkGrafana({ headers, body, secret, now }: SignedRequest): boolean {
  const hex = headers['x-grafana-alerting-signature'] ?? ''
  const time = headers['x-grafana-alerting-timestamp']
  if (time === undefined) return isHmac(hex, secret, body)
  return isFresh(time, now) && isHmac(hex, secret, `${time}:`, body)
}

/** Was the time (seconds since 1970, as text) less than five minutes away? */
function isFresh(seconds: string, now: number): boolean {
  return /^\d{1,12}$/.test(seconds) && Math.abs(now - Number(seconds) * 1000) <= window_ms
}

/** Senders that sign nothing and can only add headers of the operator's choice: the secret itself in `X-Webhook-Secret`. */
function checkSharedSecret({ headers, secret }: SignedRequest): boolean {
  const told = headers['x-webhook-secret']
  return told !== undefined && secret !== '' && timingSafeEqual(digest(told), digest(secret))
}

/** Of equal length whatever came in. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}

/** Is `hex` the HMAC-SHA256 of the parts, one after the other? Takes the same time wherever it differs; false for an empty secret. */
function isHmac(hex: string, secret: string, ...parts: readonly (string | Buffer)[]): boolean {
  if (secret === '' || !/^[0-9a-f]{64}$/.test(hex)) return false
  const mac = createHmac('sha256', secret)
  for (const part of parts) mac.update(part)
  return timingSafeEqual(mac.digest(), Buffer.from(hex, 'hex'))
}
