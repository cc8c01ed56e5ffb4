import { isFresh } from './is-fresh.ts'
import { isHmac, type SignedRequest } from './hmac.ts'

/**
 * Grafana: hex over the body in `X-Grafana-Alerting-Signature`; with a time in `X-Grafana-Alerting-Timestamp` (both are set in the
 * contact point) over time and body, and then old requests are refused.
 */
export function checkGrafana({ headers, body, secret, now }: SignedRequest): boolean {
  const hex = headers['x-grafana-alerting-signature'] ?? ''
  const time = headers['x-grafana-alerting-timestamp']
  if (time === undefined) return isHmac(hex, secret, body)
  return isFresh(time, now) && isHmac(hex, secret, `${time}:`, body)
}
