import { z } from 'zod'
import { optionalMoment, optionalText, optionalWord } from '#src/intake/payload-fields.ts'
import { severityOfWord } from '#src/intake/priority.ts'
import { type SignalSource, fieldProblems } from '#src/intake/signal-source.ts'
import { checkSharedSecret } from '#src/intake/signatures.ts'
import { subjectOfLabels } from '#src/intake/subject-of-labels.ts'

const texts = z.union([z.string(), z.array(z.string().max(4096)).max(1000)]).nullish()
const names = texts.transform((value) => (typeof value === 'string' ? [value] : (value ?? [])))
/** Tags: a value may be a list. */
const tags = z
  .record(z.string(), z.unknown())
  .nullish()
  .transform((pairs) => Object.fromEntries(Object.entries(pairs ?? {}).map(([key, value]) => [key, onlyValue(value)])))

const Target = z.object({ name: optionalText, type: optionalText, labels: tags })

const NewRelicMessage = z
  .object({
    id: optionalWord,
    issueId: optionalWord,
    incident_id: optionalWord,
    title: optionalText,
    state: optionalText,
    current_state: optionalText,
    priority: optionalText,
    severity: optionalText,
    details: optionalText,
    alertConditionNames: names,
    condition_name: optionalText,
    impactedEntities: names,
    targets: z.array(Target).max(1000).nullish(),
    labels: tags,
    tags,
    createdAt: optionalMoment,
    updatedAt: optionalMoment,
    timestamp: optionalMoment,
  })
  .meta({ title: 'An issue of New Relic (workflow webhook), or an incident of its older channels' })

type Message = z.output<typeof NewRelicMessage>

/** New Relic's workflow webhook with its usual template (docs/signals.md adds the tags), and the older channels' payload. */
export const newRelic: SignalSource = {
  path: '/webhook/newrelic',
  summary: 'Issues of New Relic',
  payload: NewRelicMessage,
  checkSignature: checkSharedSecret,
  read(body) {
    const parsed = NewRelicMessage.safeParse(body)
    if (!parsed.success) return { problems: fieldProblems(parsed.error) }
    const message = parsed.data
    const id = message.issueId ?? message.id ?? message.incident_id
    const state = (message.state ?? message.current_state ?? 'activated').toLowerCase()
    if (state === 'acknowledged') return { drafts: [], skipped: [`issue ${id ?? ''}: somebody acknowledged it`] }
    const resolved = /closed|resolved|deactivated/.test(state)
    const [target] = message.targets ?? []
    const labels = { ...target?.labels, ...message.tags, ...message.labels }
    const alert = message.alertConditionNames[0] ?? message.condition_name
    const { keys, ...subject } = subjectOfLabels(labels, alert)
    const entity = message.impactedEntities.length === 1 ? message.impactedEntities[0] : target?.name
    const path = message.targets ? 'targets.0.labels' : 'labels'
    return {
      drafts: [
        {
          ...subject,
          source: 'new_relic',
          state: resolved ? 'resolved' : 'firing',
          alert: alert ?? message.title,
          message: textOf(message),
          severity: severityOfWord(message.priority ?? message.severity),
          service: subject.service ?? entity,
          labels: { ...labels, entity },
          alert_key: id && `newrelic:${id}`,
          observed_at: (resolved ? message.updatedAt : undefined) ?? message.createdAt ?? message.timestamp,
          paths: {
            namespace: `${path}.${keys.namespace ?? 'namespaceName'}`,
            kind: `${path}.${keys.name ?? 'kind'}`,
            name: `${path}.${keys.name ?? 'name'}`,
          },
        },
      ],
    }
  },
}

/** Of a list only where it holds one: several name a crowd. */
function onlyValue(value: unknown): string | undefined {
  const list: unknown[] = Array.isArray(value) ? [...new Set(value)] : [value]
  const [only] = list
  if (list.length !== 1) return undefined
  return typeof only === 'string' || typeof only === 'number' || typeof only === 'boolean' ? String(only) : undefined
}

function textOf({ title, details }: Message): string | undefined {
  return [title, details].filter((text) => text !== undefined).join(': ') || undefined
}
