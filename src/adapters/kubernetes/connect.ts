import type { LogSource } from '#tools/logs/log-source.ts'
import type { LogStreamSource } from '#tools/logs/log-stream.ts'
import type { ClusterEvent } from '#src/domain/kubernetes/event.ts'
import type { ClusterReader } from '#src/observation/port.ts'
import { ClusterHttp } from './cluster-http.ts'
import { EventWatch, type WatchRequest } from './event-watch.ts'
import { KubernetesClusterReader } from './kubernetes-cluster-reader.ts'
import { KubernetesLogSource } from './kubernetes-log-source.ts'
import { existsSync } from 'node:fs'
import { delimiter } from 'node:path'
import { KubeConfig } from '@kubernetes/client-node'

/*
 * The only room that talks to a Kubernetes API server. It reads; nothing here can write. Answers leave it as plain values of our
 * own types, refusals as gaps; credentials, headers, raw bodies and secret values never leave it.
 */

/** Which cluster, and its timeouts and bounds. */
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

/** A connection to a cluster. Nothing is sent before the first read. */
export interface ClusterConnection {
  /** The kubeconfig's context, for people. */
  context: string
  reader: ClusterReader
  logs: LogSource & LogStreamSource
  watchEvents(request: WatchRequest, signal: AbortSignal): AsyncIterable<ClusterEvent>
  /** Undefined where the server does not report it. */
  serverVersion(signal: AbortSignal): Promise<string | undefined>
  close(): Promise<void>
}

/** Where the kubeconfig is read from. Without any field: what kubectl would use, with its current context. */
interface KubeConfigChoice {
  kubeconfig_path?: string
  context?: string
  in_cluster?: boolean
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

/** The client's configuration. Throws a readable error, without file contents, where there is none that can be used. */
export function loadKubeConfig(choice: KubeConfigChoice): KubeConfig {
  const config = new KubeConfig()
  if (choice.in_cluster) {
    if (!process.env['KUBERNETES_SERVICE_HOST'])
      throw new Error('not running inside a cluster: KUBERNETES_SERVICE_HOST is not set')
    config.loadFromCluster()
  } else {
    readFile(config, choice.kubeconfig_path)
  }
  if (choice.context !== undefined) config.setCurrentContext(choice.context)
  const cluster = config.getCurrentCluster()
  if (!cluster?.server) {
    const context = config.getCurrentContext()
    throw new Error(`the kubeconfig has no cluster for context ${context ? JSON.stringify(context) : '(none set)'}`)
  }
  if (cluster.server.startsWith('http:') && !cluster.skipTLSVerify)
    throw new Error('the cluster is reached by plain http, which needs insecure-skip-tls-verify in the kubeconfig')
  return config
}

function readFile(config: KubeConfig, path: string | undefined): void {
  const failure = tryRead(config, path)
  if (failure !== undefined) throw new Error(`cannot read the kubeconfig ${path ?? '(default)'}: ${failure}`)
}

/** The parser quotes the lines around a mistake, and those hold credentials, so only the kind of failure is reported. */
function tryRead(config: KubeConfig, path: string | undefined): string | undefined {
  try {
    if (path === undefined) config.loadFromDefault()
    else loadFiles(config, path)
    return undefined
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : 'not a valid kubeconfig'
  }
}

/** KUBECONFIG may name several files: the first value wins, and missing files are skipped. */
function loadFiles(config: KubeConfig, paths: string): void {
  const named = paths.split(delimiter).filter((path) => path !== '')
  const present = named.filter((path) => existsSync(path))
  const [first = paths, ...rest] = present.length > 0 ? present : named
  config.loadFromFile(first)
  for (const path of rest) {
    const more = new KubeConfig()
    more.loadFromFile(path)
    config.mergeConfig(more, config.currentContext !== undefined && config.currentContext !== '')
  }
}
