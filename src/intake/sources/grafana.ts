import type { SignalSource, SignedRequest } from '#src/intake/signal-source.ts'
import { isFresh, isHmac } from '#src/intake/signatures.ts'
import { AlertGroup, readAlertGroup } from './alertmanager.ts'

/** The webhook of Grafana's contact points (unified alerting). */
export const grafana: SignalSource = {
  path: '/webhook/grafana',
  summary: 'Alerts of Grafana',
  payload: AlertGroup.meta({ title: 'A notification of Grafana (webhook contact point)' }),
  checkSignature,
  read: (body) => readAlertGroup('grafana', body),
}

/**
 * Hex over the body in `X-Grafana-Alerting-Signature`. With a time in `X-Grafana-Alerting-Timestamp` (both are set in the contact point)
 * the signature covers time and body, and old requests are refused.
 */
function checkSignature({ headers, body, secret, now }: SignedRequest): boolean {
  const hex = headers['x-grafana-alerting-signature'] ?? ''
  const time = headers['x-grafana-alerting-timestamp']
  if (time === undefined) return isHmac(hex, secret, body)
  return isFresh(time, now) && isHmac(hex, secret, `${time}:`, body)
}
