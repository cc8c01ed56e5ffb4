import { z } from 'zod'
import { serviceTiers, weekdays } from '#src/domain/catalogue.ts'
import { isRecord } from '#src/util/is-record.ts'

const allowed = <T extends z.ZodType>(schema: (error: string) => T, rule: string): T => schema(rule)
const section = 'a section with keys and values'
const text = (maxLength: number) =>
  allowed(
    (error) => z.string({ error }).trim().min(1, { error }).max(maxLength, { error }),
    `a text of 1 to ${maxLength} characters`,
  )
const list = <T extends z.ZodType>(item: T) => z.array(item, { error: 'a list' }).default([])
const matching = (pattern: RegExp, words: string) =>
  allowed((error) => z.string({ error }).regex(pattern, { error }), words)

const label = '[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?'
const namespace = matching(new RegExp(`^${label}$`), 'the name of a namespace')
const repository = matching(/^[\w.-]{1,100}\/[\w.-]{1,150}$/, 'a repository as owner/name')
const workloadWords = 'a workload as Kind/namespace/name, for example Deployment/payments/gateway'
const workload = matching(
  new RegExp(`^[A-Z][A-Za-z]{1,62}/${label}/[a-z0-9][-a-z0-9.]{0,252}$`),
  workloadWords,
).transform((words) => {
  const [kind = '', owner = '', name = ''] = words.split('/')
  return { kind, namespace: owner, name }
})

const momentWords = 'a time with its zone, for example 2026-12-24T22:00:00Z'
const moment = allowed(
  (error) =>
    z
      .string({ error })
      .refine((value) => /(?:Z|[+-]\d{2}:\d{2})$/.test(value) && !Number.isNaN(Date.parse(value)), { error }),
  momentWords,
).transform((value) => new Date(value).toISOString())
const time = matching(/^(?:[01]\d|2[0-3]):[0-5]\d$/, 'a time of day as HH:MM, in quotation marks')
const timeZone = allowed(
  (error) => z.string({ error }).refine(isTimeZone, { error }),
  'a time zone of the IANA list, for example Europe/Berlin',
)
const comment = text(500).default('')

const once = z
  .strictObject({ starts_at: moment, ends_at: moment, comment }, { error: section })
  .refine(({ starts_at, ends_at }) => starts_at < ends_at, { error: 'ends_at after starts_at', path: ['ends_at'] })
const weekly = z.strictObject(
  {
    days: z
      .array(z.enum(weekdays, { error: `one of ${weekdays.join(', ')}` }), { error: 'a list of days' })
      .min(1, { error: 'at least one day' }),
    from: time,
    to: time,
    time_zone: timeZone.default('UTC'),
    comment,
  },
  { error: section },
)
/** The key starts_at decides the kind of window, so that a problem names the wrong field. */
const maintenance = z.unknown().transform((value, context) => {
  const parsed = (isRecord(value) && 'starts_at' in value ? once : weekly).safeParse(value)
  if (parsed.success) return parsed.data
  for (const { path, message, code, ...issue } of parsed.error.issues) {
    const unknown = code === 'unrecognized_keys' && 'keys' in issue ? ` without ${String(issue.keys)}` : ''
    context.addIssue({
      code: 'custom',
      path,
      message: unknown ? `starts_at and ends_at, or days, from, to and time_zone,${unknown}` : message,
    })
  }
  return z.NEVER
})

const Service = z.strictObject(
  {
    aliases: list(text(128)),
    namespaces: list(namespace),
    workloads: list(workload),
    repositories: list(repository),
    tier: z.enum(serviceTiers, { error: `one of ${serviceTiers.join(', ')}` }).default('normal'),
    owner: text(128).optional(),
    runbook: text(500).optional(),
    maintenance: list(maintenance),
  },
  { error: section },
)

/** configs/services.yaml */
export const ServicesFile = z.strictObject(
  {
    clusters: list(text(128)),
    services: z.record(text(128), Service, { error: 'a section with a key per service' }).default({}),
  },
  { error: section },
)

function isTimeZone(name: string): boolean {
  try {
    return Boolean(new Intl.DateTimeFormat('en', { timeZone: name }))
  } catch {
    return false
  }
}
