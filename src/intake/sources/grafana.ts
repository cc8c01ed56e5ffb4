import type { SignalSource } from '#src/intake/signal-draft.ts'
import { AlertGroup, readAlertGroup } from './alert-group.ts'

/** The webhook of Grafana's contact points (unified alerting). */
export const grafana: SignalSource = {
  name: 'grafana',
  payload: AlertGroup.meta({ title: 'A notification of Grafana (webhook contact point)' }),
  recognizes: (body) => Array.isArray(body['alerts']) && 'orgId' in body,
  read: (body) => readAlertGroup('grafana', body),
}
