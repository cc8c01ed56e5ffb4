import type { SignalSource } from '#src/intake/signal-draft.ts'
import { AlertGroup, readAlertGroup } from './alert-group.ts'

/** Alertmanager's webhook, version 4. */
export const alertmanager: SignalSource = {
  name: 'alertmanager',
  payload: AlertGroup.meta({ title: 'A notification of Alertmanager (webhook, version 4)' }),
  recognizes: (body) => Array.isArray(body['alerts']) && 'groupKey' in body && body['version'] === '4',
  read: (body) => readAlertGroup('alertmanager', body),
}
