import type { z } from 'zod'
import type { Decision } from '../domain/decision.ts'
import type { Health } from '../domain/health.ts'
import type { IncidentRecord } from '../domain/incident-record.ts'
import type { Incident, Signal } from '../domain/signal.ts'
import type { WorkflowInfo } from '../domain/workflow-info.ts'
import type { Logger } from '../telemetry/logger.ts'

/* What the routes need of the rest of the service. */

/** What is wrong with one field of a request. */
interface FieldError {
  path: string
  problem: string
  allowed: string
}

/** Reads a payload of any known shape. */
type ParsePayload = (body: unknown) => { signal: Signal } | { problems: FieldError[] }

/** Where signals are handed in and decisions are waited for. */
interface IncidentDesk {
  submit(signal: Signal, trace_id: string): Promise<{ incident: Incident; joined: boolean }>
  /** Undefined where no run is under way (any more): the archive has the decision then. */
  wait(incident_id: string): Promise<Decision> | undefined
}

/** Where incidents are looked up. */
export interface IncidentArchive {
  get(incident_id: string): Promise<IncidentRecord | undefined>
  recent(limit: number): Promise<IncidentRecord[]>
}

/** What the HTTP server is made of. */
export interface ServerDeps {
  parse: ParsePayload
  /** Of what `parse` takes; for the API's description. */
  payload: z.ZodType
  desk: IncidentDesk
  archive: IncidentArchive
  workflow(): WorkflowInfo
  health(): Promise<Health>
  logger: Logger
  version: string
  /** The folder `web` of the checkout. */
  web_root: string
}
