import { z } from 'zod'
import { ResourceRef } from './resource-ref.ts'
import { Severity } from './severity.ts'

/** Who brought a signal; one name per payload shape. */
export const SignalSourceName = z.enum([
  'event',
  'kubernetes_event',
  'event_exporter',
  'question',
  'watch',
  'alertmanager',
  'gcp_monitoring',
  'datadog',
  'new_relic',
  'grafana',
  'pagerduty',
  'generic',
  'log',
  'slack',
  'github',
  'manual',
])
export type SignalSourceName = z.infer<typeof SignalSourceName>

/** Anything that comes in, normalized. `resource` of kind Namespace asks "what is wrong here?". */
export const Signal = z.object({
  source: SignalSourceName,
  /** `resolved`: the sender says that the trouble is over. */
  state: z.enum(['firing', 'resolved']),
  event_type: z.string().optional(),
  /** The sender's name of the cluster; absent: the one that this service watches. */
  cluster: z.string().optional(),
  namespace: z.string().optional(),
  resource: ResourceRef,
  reason: z.string().optional(),
  message: z.string().optional(),
  /** Name of the alert rule or monitor. */
  alert: z.string().optional(),
  severity: Severity.optional(),
  /** The sender's name of the service that is affected. */
  service: z.string().optional(),
  /** At most 64 pairs, keys and values cut and cleaned; for silences, routing and people, never for judgement. */
  labels: z.record(z.string(), z.string()).optional(),
  /** The sender's own key of this alert: what fires under it and what resolves under it are the same. */
  alert_key: z.string().optional(),
  /** Same for repeats of one delivery (an event's uid, count and time): a second one changes nothing. */
  delivery_key: z.string().optional(),
  observed_at: z.string(),
})
export type Signal = z.infer<typeof Signal>

/** One problem, many signals, one fingerprint. */
export const Incident = z.object({
  id: z.string(),
  fingerprint: z.string(),
  cluster: z.string().optional(),
  namespace: z.string().optional(),
  resource: ResourceRef,
  /** Of its signals: the reported kind of trouble (`container`, `image`, `scheduling`, ...). */
  problem_class: z.string(),
  /** At most one run at a time for all incidents of one service. */
  service: z.string(),
  reason: z.string().optional(),
  message: z.string().optional(),
  signal_count: z.number().int(),
  opened_at: z.string(),
})
export type Incident = z.infer<typeof Incident>
