import type { SignalSource } from '#src/intake/signal-source.ts'
import { alertmanager } from './alertmanager.ts'
import { datadog } from './datadog.ts'
import { decide } from './decide.ts'
import { gcpMonitoring } from './gcp-monitoring.ts'
import { generic } from './generic.ts'
import { github } from './github.ts'
import { grafana } from './grafana.ts'
import { kubernetes } from './kubernetes.ts'
import { logs } from './logs.ts'
import { manual } from './manual.ts'
import { newRelic } from './new-relic.ts'
import { pagerduty } from './pagerduty.ts'
import { slack } from './slack.ts'

/* Every source of signals. The key is its name in configs/access.yaml, in the API's description and in the audit log. */

const sources = {
  decide,
  alertmanager,
  gcp: gcpMonitoring,
  datadog,
  newrelic: newRelic,
  grafana,
  pagerduty,
  generic,
  kubernetes,
  logs,
  slack,
  github,
  issues: manual,
} as const satisfies Record<string, SignalSource>

/** The name of a source. */
export type IntakeSource = keyof typeof sources

/** Every source by its name. */
export const signalSources: Readonly<Record<IntakeSource, SignalSource>> = sources
