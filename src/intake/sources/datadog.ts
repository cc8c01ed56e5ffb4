import { z } from 'zod'
import type { Severity } from '#src/domain/severity.ts'
import { optionalMoment, optionalText, optionalWord } from '#src/intake/payload-fields.ts'
import { severityOfWord } from '#src/intake/priority.ts'
import { type SignalSource, fieldProblems } from '#src/intake/signal-source.ts'
import { checkSharedSecret } from '#src/intake/signatures.ts'
import { subjectOfLabels } from '#src/intake/subject-of-labels.ts'

const tagList = z
  .union([z.string().max(65_536), z.array(z.string().max(4096)).max(1000)])
  .nullish()
  .transform((tags) => (typeof tags === 'string' ? tags.split(',') : (tags ?? [])))

const DatadogMessage = z
  .object({
    id: optionalWord,
    alert_id: optionalWord,
    alert_cycle_key: optionalWord,
    aggreg_key: optionalWord,
    title: optionalText,
    alert_title: optionalText,
    alert_transition: optionalText,
    alert_type: optionalText,
    alert_priority: optionalText,
    priority: optionalText,
    body: optionalText,
    date: optionalMoment,
    last_updated: optionalMoment,
    hostname: optionalText,
    tags: tagList,
    alert_scope: tagList,
  })
  .meta({ title: 'A message of Datadog (webhooks integration), with the payload of docs/signals.md' })

type Message = z.output<typeof DatadogMessage>

/** Datadog's webhooks integration. Its payload is a template that operators fill; docs/signals.md has the one to use. */
export const datadog: SignalSource = {
  path: '/webhook/datadog',
  summary: 'Alerts of Datadog monitors',
  payload: DatadogMessage,
  checkSignature: checkSharedSecret,
  read(body) {
    const parsed = DatadogMessage.safeParse(withoutTemplates(body))
    if (!parsed.success) return { problems: fieldProblems(parsed.error) }
    const message = parsed.data
    const labels = { ...tagsOf(message.tags), ...tagsOf(message.alert_scope) }
    const alert = ruleOf(message.alert_title ?? message.title)
    const { keys, ...subject } = subjectOfLabels({ host: message.hostname, ...labels }, alert)
    return {
      drafts: [
        {
          ...subject,
          source: 'datadog',
          state: stateOf(message),
          alert,
          message: textOf(message),
          severity: severityOf(message),
          labels,
          alert_key: alertKey(message),
          delivery_key: message.id && `datadog:${message.id}`,
          observed_at: message.date ?? message.last_updated,
          paths: {
            namespace: `tags.${keys.namespace ?? 'kube_namespace'}`,
            kind: `tags.${keys.name ?? 'kind'}`,
            name: `tags.${keys.name ?? 'name'}`,
          },
        },
      ],
    }
  },
}

/** A variable that Datadog does not know stays in the payload as it was written. */
function withoutTemplates(body: unknown): unknown {
  if (typeof body !== 'object' || body === null) return body
  return Object.fromEntries(
    Object.entries(body).filter(([, value]) => !(typeof value === 'string' && /^\$[A-Z_]+$/.test(value))),
  )
}

/** `key:value` pairs. A key with several values names a crowd, not an object, and is left out. */
function tagsOf(tags: readonly string[]): Record<string, string | undefined> {
  const pairs: Record<string, string | undefined> = {}
  for (const tag of tags) {
    const [key = '', ...rest] = tag.trim().split(':')
    const value = rest.join(':')
    if (!key || !value || key === '__proto__') continue
    pairs[key] = Object.hasOwn(pairs, key) && pairs[key] !== value ? undefined : value
  }
  return pairs
}

function stateOf({ alert_transition, alert_type, title }: Message): 'firing' | 'resolved' {
  if (alert_transition) return /recover/i.test(alert_transition) ? 'resolved' : 'firing'
  return alert_type === 'success' || /^\[Recovered/i.test(title ?? '') ? 'resolved' : 'firing'
}

/** `[Triggered on {host:a}] High load` is the rule `High load`. */
function ruleOf(title: string | undefined): string | undefined {
  return (
    title?.replace(/^(?:\[(?:Re-?)?(?:Triggered|Recovered|Warn|Alert|No Data|Renotify)[^\]]{0,500}\]\s*)+/i, '') ||
    title
  )
}

function severityOf({ alert_priority, priority, alert_type, alert_transition }: Message): Severity | undefined {
  const priorityTerm = [alert_priority, priority].find((word) => word && /^p[1-5]$/i.test(word))
  if (priorityTerm) return severityOfWord(priorityTerm)
  if (alert_transition && /warn|no data/i.test(alert_transition)) return 'medium'
  return alert_type === 'success' ? undefined : severityOfWord(alert_type)
}

function textOf({ title, body }: Message): string | undefined {
  return [title, body?.replaceAll('%%%', '').trim()].filter((text) => text).join(': ') || undefined
}

function alertKey({ alert_cycle_key, alert_id, aggreg_key, alert_scope }: Message): string | undefined {
  if (alert_cycle_key) return `datadog:${alert_cycle_key}`
  if (alert_id) return `datadog:${alert_id}:${alert_scope.toSorted().join(',')}`
  return aggreg_key && `datadog:${aggreg_key}`
}
