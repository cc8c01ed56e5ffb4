import type { LogSource } from '#tools/logs/log-source.ts'
import type { LogStreamSource } from '#tools/logs/log-stream.ts'
import type { ClusterEvent } from '#src/domain/kubernetes/event.ts'
import type { ClusterReader } from '#src/observation/cluster-reader.ts'
import { ClusterHttp } from './cluster-http.ts'
import { EventWatch, type WatchRequest } from './event-watch.ts'
import { KubernetesClusterReader } from './kubernetes-cluster-reader.ts'
import { KubernetesLogSource } from './kubernetes-log-source.ts'
import { loadKubeConfig, type KubeConfigChoice } from './load-kube-config.ts'

/*
 * The only room that talks to a Kubernetes API server. It reads; nothing here can write. Answers leave it as plain values of our
 * own types, refusals as gaps; credentials, headers, raw bodies and secret values never leave it.
 */

/** Which cluster, and how patiently. */
export interface ClusterOptions extends KubeConfigChoice {
  /** For one log read. */
  log_timeout_ms?: number
  /**
   * Calls under way at a time, over all incidents: several times what one of them has under way, so that a few that wait for a
   * server which does not answer leave room for the others.
   */
  max_concurrent_calls?: number
  /** Objects per page: larger pages block the event loop longer. */
  page_size?: number
}

/** A cluster within reach. Nothing is sent before the first read. */
export interface ClusterConnection {
  /** The kubeconfig's context, for people. */
  context: string
  reader: ClusterReader
  logs: LogSource & LogStreamSource
  watchEvents(request: WatchRequest, signal: AbortSignal): AsyncIterable<ClusterEvent>
  /** Undefined where the server does not tell. */
  serverVersion(signal: AbortSignal): Promise<string | undefined>
  close(): Promise<void>
}

/** Throws a readable error where there is no usable kubeconfig; an unreachable cluster shows in the answers. */
export function connectCluster(options: ClusterOptions = {}): ClusterConnection {
  const kubeConfig = loadKubeConfig(options)
  const http = new ClusterHttp(kubeConfig, options.max_concurrent_calls ?? 32)
  const reader = new KubernetesClusterReader(http, options.page_size ?? 250)
  return {
    context: kubeConfig.getCurrentContext(),
    reader,
    logs: new KubernetesLogSource(http, options.log_timeout_ms ?? 10_000),
    watchEvents: (request, signal) => new EventWatch(http, request, signal).run(),
    serverVersion: (signal) => reader.version(signal),
    close: () => http.close(),
  }
}
