import { connectCluster, type ClusterConnection } from '#src/adapters/kubernetes/connect.ts'
import { startPractice } from '#src/adapters/practice/start-practice.ts'
import type { ClusterConfig } from '#src/config/config.ts'
import { CodedError } from '#src/domain/coded-error.ts'
import type { Logger } from '#src/telemetry/logger.ts'

/* Which cluster, and how it is reached. The practice cluster differs in one thing: a process of ours serves it. */

/** A cluster within reach of the service. */
export interface OpenCluster {
  /** The context's name, or `practice`. */
  name: string
  /** For people. */
  title: string
  /** A question that this cluster can answer. */
  example: object
  connection: ClusterConnection
  /** Asks the API server for its version, in bounded time. */
  reach(): Promise<{ reachable: boolean; detail?: string }>
  close(): Promise<void>
}

const reachMs = 2_000

/** Below the time that a tool call has: a log that does not come must still be named in a gap. */
const maxLogReadMs = 8_000

/** What opening needs besides the choice. */
export interface OpenOptions {
  logger: Logger
  /** Bound of one call. */
  call_timeout_seconds: number
}

/** Opens the chosen cluster. An unreachable one opens, too: decisions say what cannot be seen. */
export async function openCluster(choice: ClusterConfig, options: OpenOptions): Promise<OpenCluster> {
  const log_timeout_ms = Math.min(options.call_timeout_seconds * 1000, maxLogReadMs)
  if (choice.kind === 'practice') return openPracticeCluster(choice.incidents, options.logger, log_timeout_ms)
  const place =
    choice.kind === 'in_cluster' ? { in_cluster: true } : { kubeconfig_path: choice.path, context: choice.context }
  const connection = connect({ ...place, log_timeout_ms })
  const name = choice.kind === 'in_cluster' ? 'in-cluster' : connection.context
  return {
    name,
    title: choice.kind === 'in_cluster' ? 'the one that this service runs in' : `${name} (${choice.path})`,
    example: { namespace: 'default', resource_kind: 'Namespace', resource_name: 'default' },
    connection,
    reach: () => reach(connection),
    close: () => connection.close(),
  }
}

function connect(options: Parameters<typeof connectCluster>[0]): ClusterConnection {
  try {
    return connectCluster(options)
  } catch (error) {
    const why = error instanceof Error ? error.message : 'unusable'
    throw new CodedError('SRE_KUBERNETES_CONFIG', `the cluster's configuration cannot be used: ${why}`, {
      cause: error,
    })
  }
}

async function openPracticeCluster(incidents: string, logger: Logger, log_timeout_ms: number): Promise<OpenCluster> {
  const ending = new AbortController()
  const practice = await startPractice({ folders: [incidents], signal: ending.signal }).catch((error: unknown) => {
    const why = error instanceof Error ? error.message : 'it did not start'
    throw new CodedError('SRE_PRACTICE_START', `the practice cluster cannot be used: ${why}`, { cause: error })
  })
  let ended = false
  const noteEnd = (exit_code: number | null) => {
    if (!ending.signal.aborted) logger.error({ exit_code }, 'the practice cluster has ended')
    return (ended = true)
  }
  void practice.ended.then(noteEnd)
  const connection = connect({ kubeconfig_path: practice.kubeconfig, log_timeout_ms })
  return {
    name: 'practice',
    title: `practice (${practice.namespaces.length} recorded namespaces)`,
    example: exampleFor(practice.namespaces),
    connection,
    reach: async () =>
      ended
        ? { reachable: false, detail: 'the practice cluster has ended; start the service again' }
        : reach(connection),
    async close() {
      await connection.close()
      ending.abort()
      await practice.close()
    },
  }
}

function exampleFor(namespaces: string[]): object {
  if (namespaces.includes('payments'))
    return {
      event_type: 'Warning',
      namespace: 'payments',
      resource_name: 'payment-gateway',
      resource_kind: 'Deployment',
      event_data: { reason: 'BackOff', message: 'Back-off restarting failed container' },
    }
  const namespace = namespaces[0] ?? 'default'
  return { namespace, resource_kind: 'Namespace', resource_name: namespace }
}

async function reach(connection: ClusterConnection): Promise<{ reachable: boolean; detail?: string }> {
  const version = await connection.serverVersion(AbortSignal.timeout(reachMs)).catch(() => undefined)
  return version
    ? { reachable: true }
    : { reachable: false, detail: `no answer within ${reachMs / 1000} s, or refused` }
}
