import type { ClusterEvent } from '../domain/kubernetes/event.ts'

/*
 * What the commands need from the rest of the program. main.ts implements it, so that no command knows how a service is wired
 * or which cluster client stands behind a watch.
 */

/** A stream that text is written to. */
export interface CliOutput {
  write(text: string): unknown
  isTTY?: boolean
}

/** A service that listens. */
export interface RunningService {
  /** Base address without a slash at the end, e.g. `http://127.0.0.1:41234`. */
  url: string
  close(): Promise<void>
}

/** An event as the watch delivers it, with the place to resume from where the cluster gave one. */
export type WatchedEvent = ClusterEvent & { resource_version?: string }

export interface EventWatchOptions {
  /** All namespaces where absent. */
  namespace?: string
  /** Resume after this version; absent: everything that is there, then what comes. */
  resource_version?: string
  signal: AbortSignal
}

/** A connected cluster, as far as `watch` needs one. */
export interface EventCluster {
  /**
   * Events of every type as they come. Ends or throws when the connection ends: the caller resumes it. An error that bears
   * `code` or `status` 410 says that `resource_version` is too old.
   */
  watchEvents(options: EventWatchOptions): AsyncIterable<WatchedEvent>
  close(): Promise<void> | void
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
  openCluster(env: Record<string, string>): Promise<EventCluster>
}

/** What every command is: its words in, an exit code out. */
export type Command = (argv: string[], ports: CliPorts) => Promise<number>

/** Exit codes of every command; documented in its help. */
export const exitCodes = { ok: 0, below: 1, usage: 2, unknown: 3 } as const
