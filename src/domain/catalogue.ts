import { z } from 'zod'
import type { ResourceRef } from './resource-ref.ts'

/* What belongs to a service: where its code lies, where its logs are read, and whom to notify. Nothing here is or holds a secret. */

/** Kinds of what belongs to services. */
export const CatalogueKind = z.enum(['repository', 'log_source', 'channel'], {
  error: 'one of repository, log_source, channel',
})
export type CatalogueKind = z.infer<typeof CatalogueKind>

/** What an entry is known by: there is one of a kind and name. */
export interface CatalogueKey {
  kind: CatalogueKind
  name: string
}

/** One line: it stands in addresses, headers, logs and tables. */
const line = (most: number, error = `a text of 1 to ${most} characters in one line`) =>
  z
    .string({ error })
    .trim()
    .min(1, { error })
    .max(most, { error })
    .regex(/^[^\p{Cc}\p{Cs}]+$/u, { error })

const queryWords = 'a text of 1 to 4000 characters'
const urlWords = 'an address with http:// or https://, of at most 2000 characters, without user and password'
const url = line(2000, urlWords).refine(isPlainAddress, { error: urlWords })

const branchWords = 'the name of a branch, of at most 255 characters, without spaces'
const pathWords = 'a path within the repository, of at most 500 characters, without / at its beginning and without ..'
const systemOf = <const Names extends readonly [string, ...string[]]>(names: Names) =>
  z.enum(names, { error: `one of ${names.join(', ')}` })

const servicesWords = 'a list of 1 to 50 services'
const common = {
  /** Names or aliases of configs/services.yaml, or `namespace/workload` as incidents name what is not listed there. */
  services: z
    .array(line(253, 'the name of a service, of at most 253 characters'), { error: servicesWords })
    .min(1, { error: servicesWords })
    .max(50, { error: servicesWords }),
  note: line(1000).optional(),
}

/** The fields of each kind, besides its kind and name. */
export const catalogueFields = {
  repository: z.strictObject(
    {
      ...common,
      url: url.optional(),
      default_branch: line(255, branchWords).regex(/^\S+$/, { error: branchWords }).optional(),
      /** Of the service within it, where several share the repository. */
      path: line(500, pathWords)
        .regex(/^(?!\/)(?!(?:.*\/)?\.\.(?:\/|$))/, { error: pathWords })
        .optional(),
    },
    { error: 'an object with services, url, default_branch, path, note' },
  ),
  log_source: z.strictObject(
    {
      ...common,
      system: systemOf(['kubernetes', 'loki', 'elasticsearch', 'cloud_logging', 'cloudwatch', 'other']),
      url: url.optional(),
      /** In the language of the system. */
      query: z
        .string({ error: queryWords })
        .trim()
        .min(1, { error: queryWords })
        .max(4000, { error: queryWords })
        .optional(),
    },
    { error: 'an object with services, system, url, query, note' },
  ),
  channel: z.strictObject(
    {
      ...common,
      system: systemOf(['slack', 'pagerduty', 'teams', 'email', 'webhook', 'other']),
      /** As people know it: `#payments-oncall`, a mail address, the name of a PagerDuty service. */
      address: line(500),
    },
    { error: 'an object with services, system, address, note' },
  ),
} satisfies Record<CatalogueKind, z.ZodObject>

const repositoryWords = 'a repository as owner/name'
/** Hosts of repositories ignore case in names. */
const repositoryName = z
  .string({ error: repositoryWords })
  .regex(/^(?!\.{1,2}\/)[\w.-]{1,100}\/(?!\.{1,2}$)[\w.-]{1,150}$/, { error: repositoryWords })
  .toLowerCase()
const nameWords = 'a name of 1 to 253 characters in one line'
/** `.` and `..` are no part that an address could end with. */
const name = line(253, nameWords).regex(/^(?!\.{1,2}$)/, { error: nameWords })

const Repository = catalogueFields.repository.extend({ kind: z.literal('repository'), name: repositoryName })
const LogSource = catalogueFields.log_source.extend({ kind: z.literal('log_source'), name })
const Channel = catalogueFields.channel.extend({ kind: z.literal('channel'), name })

/** Something that belongs to services. */
export const CatalogueEntry = z.discriminatedUnion('kind', [Repository, LogSource, Channel])
export type CatalogueEntry = z.infer<typeof CatalogueEntry>

const onRecord = {
  /** `file`: of configs/services.yaml, changed there alone. `store`: of the store, changed over the API. */
  origin: z.enum(['store', 'file']),
  /** Of the change that made it as it is; of the store's alone, as the next two. */
  revision: z.int().optional(),
  updated_at: z.string().optional(),
  updated_by: z.string().optional(),
}

/** An entry as it stands in the catalogue. */
export const CatalogueRecord = z.discriminatedUnion('kind', [
  Repository.extend(onRecord),
  LogSource.extend(onRecord),
  Channel.extend(onRecord),
])
export type CatalogueRecord = z.infer<typeof CatalogueRecord>

function isPlainAddress(text: string): boolean {
  if (!URL.canParse(text)) return false
  const { protocol, username, password } = new URL(text)
  return ['http:', 'https:'].includes(protocol) && username === '' && password === ''
}

/** How much hangs on a service. `critical` and `high` raise the priority of its incidents by a step, `low` lowers it. */
export const serviceTiers = ['critical', 'high', 'normal', 'low'] as const
export type ServiceTier = (typeof serviceTiers)[number]

/** Days as operators write them, from Sunday as in `Date`. */
export const weekdays = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const
export type Weekday = (typeof weekdays)[number]

/** When a service is worked on, and its signals open nothing: once, or on days of the week (`from` and `to` are `HH:MM` in `time_zone`; `to` at or before `from` ends the day after). */
export type MaintenanceWindow =
  | { starts_at: string; ends_at: string; comment: string }
  | { days: Weekday[]; from: string; to: string; time_zone: string; comment: string }

/** A service as its operators describe it. */
export interface ServiceEntry {
  name: string
  /** What senders call it, besides its name. */
  aliases: string[]
  /** Namespaces that are altogether its own. */
  namespaces: string[]
  workloads: ResourceRef[]
  /** Repositories (`owner/name`) that it is built from. */
  repositories: string[]
  tier: ServiceTier
  owner?: string
  runbook?: string
  maintenance: MaintenanceWindow[]
}

/** What operators say about services; configs/services.yaml. */
export interface ServiceCatalogue {
  /** Names that senders give the cluster that is watched. Empty: not configured, and every name that a sender gives is kept as it is. */
  clusters: string[]
  services: ServiceEntry[]
}
