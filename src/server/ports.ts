import type { AdmissionResult } from '#src/domain/admission-result.ts'
import type { CatalogueEntry, CatalogueKey, CatalogueKind, CatalogueRecord } from '#src/domain/catalogue.ts'
import type { Silence } from '#src/domain/silence.ts'

/*
 * Ports of other rooms, as far as the resources use them. Each section is replaced by `import type` from the `port.ts` of the room in
 * its heading as soon as that room has one; nothing here belongs to the server.
 */

// src/intake/port.ts

/** Where a payload was received; each source has its own shape. `decide` is /decide, `issues` a person's report. */
export type IntakeSource =
  | 'decide'
  | 'alertmanager'
  | 'gcp'
  | 'datadog'
  | 'newrelic'
  | 'grafana'
  | 'pagerduty'
  | 'generic'
  | 'kubernetes'
  | 'logs'
  | 'slack'
  | 'github'
  | 'issues'

/** A payload on its way in. */
export interface Delivery {
  source: IntakeSource
  body: unknown
  /** Names in lower case; some senders name the kind of payload in a header. Never with credentials. */
  headers: Readonly<Record<string, string | undefined>>
  /** A person waits for an answer about the present state. */
  wants_answer: boolean
  /** Name of the caller. */
  caller: string
  trace_id: string
}

/** What became of a delivery. `taken`: all of it is on disk; `invalid`: nothing was stored; `reply`: no signal, but an answer that the sender expects (a handshake, a ping). */
export type Receipt =
  | { kind: 'taken'; fates: AdmissionResult[] }
  | { kind: 'invalid'; problems: { path: string; problem: string; allowed: string }[] }
  | { kind: 'reply'; body: object }

/** Where payloads become signals. Rejects with a CodedError where the service stops or the store fails: nothing was stored then. */
export interface Intake {
  receive(delivery: Delivery): Promise<Receipt>
}

/** A vendor's signature over the body as it was sent. Pure; compares in constant time. */
export type CheckSignature = (request: {
  headers: Readonly<Record<string, string | undefined>>
  body: Buffer
  secret: string
  /** Epoch milliseconds. */
  now: number
}) => boolean

// src/intake/port.ts, silences

/** Silences that people made. */
export interface Silences {
  /** All that have not ended, or the latest ones whether ended or not. */
  list(options: { all: boolean }): Promise<Silence[]>
  create(silence: Silence): Promise<void>
  /** Undefined where there is no such silence; one that has ended stays as it is. */
  end(id: string, by: string): Promise<Silence | undefined>
}

// src/knowledge/port.ts

/** Who changes an entry, and the revision that they expect; 0 for none. */
interface CatalogueChange {
  by: string
  expected_revision?: number
}

/** What belongs to services: repositories, log sources, channels. */
export interface Catalogue {
  /** Sorted by kind and name; an entry must match every filter. A cursor that was not given out is SRE_INCIDENTS_CURSOR. */
  list(query: {
    kind?: CatalogueKind
    /** By its name or an alias. */
    service?: string
    cursor?: string
    limit: number
  }): Promise<{ items: CatalogueRecord[]; next_cursor?: string }>
  get(key: CatalogueKey): Promise<CatalogueRecord | undefined>
  /** Paths of fields with something that looks like a secret: such an entry may not be stored. */
  secretsIn(entry: CatalogueEntry): string[]
  /** Rejects with SRE_CATALOGUE_FILE where configs/services.yaml has the entry, with SRE_CATALOGUE_REVISION where the revision differs. */
  put(entry: CatalogueEntry, change: CatalogueChange): Promise<{ record: CatalogueRecord; created: boolean }>
  /** The removed entry. Rejects as `put` does, and with SRE_CATALOGUE_UNKNOWN. */
  remove(key: CatalogueKey, change: CatalogueChange): Promise<CatalogueRecord>
}
