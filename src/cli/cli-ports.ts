import type { Command } from 'commander'
import type { PracticeCluster, PracticeOptions } from '#src/adapters/practice/port.ts'
import type { AuditEntry, AuditVerdict } from '#src/domain/audit.ts'
import type { ClusterEvent } from '#src/domain/kubernetes/event.ts'

/*
 * What the commands need from the rest of the program. main.ts implements it, so that no command knows how a service is wired
 * or which cluster client a watch uses.
 */

/** A stream that text is written to. */
interface CliOutput {
  write(text: string): unknown
  isTTY?: boolean
  /** Of a terminal. */
  columns?: number
}

/** Where a service is, and the token that it is called with. */
export interface ServiceAddress {
  /** Base address without a slash at the end, e.g. `http://127.0.0.1:41234`. */
  url: string
  /** Absent: the call carries no credentials. */
  token?: string | undefined
}

/** A service that listens. One of this process accepts only its own token, which nobody else knows. */
export interface RunningService extends ServiceAddress {
  close(): Promise<void>
}

/** Why a watch has stopped, and when it is tried again. */
interface WatchTrouble {
  why: string
  needs: string
  retry_in_ms: number
}

export interface WatchFrom {
  /** All namespaces where absent. */
  namespace?: string
  /** ISO time: events seen after it are delivered at the start, too. */
  since?: string
  onProblem?: (problem: WatchTrouble) => void
}

/** A connected cluster, as far as `watch` needs one. */
export interface EventCluster {
  /** For people: the kubeconfig's context. */
  context: string
  /** Warning events as they come; it resumes by itself, and where it ends or throws all the same it is started again. */
  watchEvents(from: WatchFrom, signal: AbortSignal): AsyncIterable<ClusterEvent>
  close(): Promise<void>
}

/** Which namespaces there are; `refused` with the missing permission where they cannot be listed. */
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
  /** Starts a service in this process. The given environment is the whole of it; PORT is `0`: any free one. */
  startService(options: { env: Record<string, string> }): Promise<RunningService>
  /** Runs the service in the foreground until it is stopped; resolves to the exit code. */
  serve(): Promise<number>
  /** Runs a worker alone in the foreground until it is stopped; resolves to the exit code. */
  work(): Promise<number>
  openAudit(env: Record<string, string>): Promise<AuditReader>
  openCluster(env: Record<string, string>): Promise<ReachedCluster>
  /** Starts the practice cluster in a process of its own, and resolves when it answers. */
  startPractice(options: PracticeOptions): Promise<PracticeCluster>
}

/** Does the work of a command; the number that it resolves to is the exit code. */
export type RunWork = (work: (ports: CliPorts) => Promise<number>) => Promise<void>

/** What the file of a command exports: it declares its arguments, options and help on `command`, and its action calls `run`. */
export type DefineCommand = (command: Command, run: RunWork) => void

/**
 * Exit codes of every command; each command's help says what they mean there. `below`: the command worked, and what it found is
 * less than was required. `unknown`: there is no verdict.
 */
export const exitCodes = { ok: 0, below: 1, usage: 2, unknown: 3, interrupted: 130 } as const
