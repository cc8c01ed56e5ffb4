import type { ResourceRef } from './resource-ref.ts'

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
  /** Names that senders give the cluster that is watched. Empty: not told, and every name that a sender gives is kept as it is. */
  clusters: string[]
  services: ServiceEntry[]
}
