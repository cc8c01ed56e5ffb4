import { existsSync } from 'node:fs'
import { delimiter } from 'node:path'
import { KubeConfig } from '@kubernetes/client-node'

/** Where the way to the cluster is read. Without any: what kubectl would use, with its current context. */
export interface KubeConfigChoice {
  kubeconfig_path?: string
  context?: string
  in_cluster?: boolean
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

/** The parser quotes the lines round a mistake, and those hold credentials: only the kind of failure is told. */
function tryRead(config: KubeConfig, path: string | undefined): string | undefined {
  try {
    if (path === undefined) config.loadFromDefault()
    else loadFiles(config, path)
    return undefined
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : 'not a valid kubeconfig'
  }
}

/** Several files, as the variable KUBECONFIG may name them: the first to say something stands, and missing ones are passed over. */
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
