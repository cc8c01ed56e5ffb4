import type { AuditEntry, AuditVerdict } from '#src/domain/audit.ts'
import type { ClusterEvent } from '#src/domain/kubernetes/event.ts'

/*
 * What the commands need from the rest of the program. main.ts implements it, so that no command knows how a service is wired
 * or which cluster client stands behind a watch.
 */

/** A stream that text is written to. */
interface CliOutput {
  write(text: string): unknown
  isTTY?: boolean
  /** Of a terminal. */
  columns?: number
}

/** Where a service is, and what it is told about who calls. */
export interface ServiceAddress {
  /** Base address without a slash at the end, e.g. `http://127.0.0.1:41234`. */
  url: string
  /** Absent: nothing is said. */
  token?: string | undefined
}

/** A service that listens. One of this process answers only to its token, which nobody else knows. */
export interface RunningService extends ServiceAddress {
  close(): Promise<void>
}

/** Why a watch stands still, and when it is tried again. */
interface WatchTrouble {
  why: string
  needs: string
  retry_in_ms: number
}

export interface WatchFrom {
  /** All namespaces where absent. */
  namespace?: string
  /** ISO time: events seen after it are told at the start, too. */
  since?: string
  onProblem?: (problem: WatchTrouble) => void
}

/** A connected cluster, as far as `watch` needs one. */
export interface EventCluster {
  /** For people: the kubeconfig's context. */
  context: string
  /** Warning events as they come; it resumes by itself, and where it ends or throws all the same it is asked again. */
  watchEvents(from: WatchFrom, signal: AbortSignal): AsyncIterable<ClusterEvent>
  close(): Promise<void>
}

/** Which namespaces there are; `refused` with what is missing where the list could not be had. */
export type NamespaceList =
  | {
      status: 'ok'
      names: string[]
      /** Why the list is not whole; absent where it is. */
      cut?: string
    }
  | { status: 'refused'; why: string; needs: string }

/** A connected cluster, as far as the commands need one. */
export interface ReachedCluster extends EventCluster {
  listNamespaces(signal: AbortSignal): Promise<NamespaceList>
}

/** The audit log of the configured store. */
export interface AuditReader {
  verify(): Promise<AuditVerdict>
  /** Newest first. */
  list(query: { limit: number; actor?: string; action?: string }): Promise<AuditEntry[]>
  close(): Promise<void>
}

/** The border of the command line. */
export interface CliPorts {
  version: string
  env: Record<string, string | undefined>
  stdout: CliOutput
  stderr: CliOutput
  /** Aborted on SIGINT and SIGTERM: long commands end in order. */
  signal: AbortSignal
  /** Starts a service in this process. The environment given is the whole of it; PORT is `0`: any free one. */
  startService(options: { env: Record<string, string> }): Promise<RunningService>
  /** Runs the service in the foreground until it is told to stop; resolves to the exit code. */
  serve(): Promise<number>
  /** Runs a worker alone in the foreground until it is told to stop; resolves to the exit code. */
  work(): Promise<number>
  openAudit(env: Record<string, string>): Promise<AuditReader>
  openCluster(env: Record<string, string>): Promise<ReachedCluster>
}

/** What every command is: its words in, an exit code out. */
export type Command = (argv: string[], ports: CliPorts) => Promise<number>

/**
 * Exit codes of every command; each command's help says what they mean there. `below`: the command worked, and what it found is
 * less than was asked for. `unknown`: no verdict could be had.
 */
export const exitCodes = { ok: 0, below: 1, usage: 2, unknown: 3, interrupted: 130 } as const
