import { randomBytes } from 'node:crypto'
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import type { Server } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { parseArgs } from 'node:util'
import { createApiServer, createCertificate, type ServerParts, Traffic } from './api-server.ts'
import { loadCatalog } from './catalog.ts'
import { Cluster } from './cluster.ts'
import { createControlServer } from './control-server.ts'
import { FaultList } from './fault.ts'
import { findIncidentFolders, type Incident, loadIncident, SetupError } from './incident.ts'
import { type Dialect, dialects } from './reword.ts'
import { userName } from './answer.ts'
import { buildSynthetic, type SyntheticSize } from './synthetic.ts'

/** How the practice cluster is started. */
export interface PracticeArguments {
  incidents: string[]
  port: number
  host: string
  kubeconfig?: string
  synthetic?: SyntheticSize
  /** Number of synthetic namespaces instead of one. */
  synthetic_namespaces?: number
  /** Wording and format of the logs; absent: as they were recorded. */
  reword?: Dialect
  help: boolean
}

export const helpText = `practice cluster: recorded incidents as a Kubernetes API, read-only

  node practice/server/main.ts --incidents DIR [--incidents DIR2] [options]

  --incidents DIR           a folder of recorded incidents, or one incident; may be repeated
  --port N                  port of the API; 0 is any free one (default 0)
  --host ADDRESS            address of the API (default 127.0.0.1)
  --kubeconfig PATH         where to write the kubeconfig (default: a temporary file, removed at the end)
  --reword DIALECT          serve the recorded logs in another wording and format: json, klog, logfmt or plain
  --synthetic-pods N        a made-up namespace of N pods
  --synthetic-broken M      how many of them are broken (default 0)
  --synthetic-per-workload P  how many pods a deployment has (default 20)
  --synthetic-services      a Service in front of each deployment
  --synthetic-log-mebibytes L  length of the log of each pod (default: a few lines); it is generated while it is read
  --synthetic-namespace S   its name (default synthetic)
  --synthetic-namespaces N  N of them instead, named S-001 and so on, with 20 pods by default; every fifth has the
                            broken ones (default 5)
  --help                    this text

When ready it prints one line of JSON: url, kubeconfig, control_url, namespaces.
It ends on SIGTERM and SIGINT, and when its stdin is a pipe that closes.
`

function parseCount(name: string, text: string | undefined, fallback: number, max: number): number {
  if (text === undefined) return fallback
  if (!/^\d+$/.test(text) || Number(text) > max)
    throw new SetupError(`--${name}: must be a whole number from 0 to ${max}, not "${text}"`)
  return Number(text)
}

const argumentOptions = {
  incidents: { type: 'string', multiple: true },
  port: { type: 'string' },
  host: { type: 'string', default: '127.0.0.1' },
  kubeconfig: { type: 'string' },
  reword: { type: 'string' },
  'synthetic-pods': { type: 'string' },
  'synthetic-broken': { type: 'string' },
  'synthetic-per-workload': { type: 'string' },
  'synthetic-services': { type: 'boolean', default: false },
  'synthetic-log-mebibytes': { type: 'string' },
  'synthetic-namespaces': { type: 'string' },
  'synthetic-namespace': { type: 'string', default: 'synthetic' },
  help: { type: 'boolean', default: false },
} as const

function dialectOf(text: string): Dialect {
  const found = dialects.find((dialect) => dialect === text)
  if (!found) throw new SetupError(`--reword: "${text}" is not one of ${dialects.join(', ')}`)
  return found
}

function readValues(args: string[]) {
  try {
    return parseArgs({ args, options: argumentOptions, strict: true, allowPositionals: false }).values
  } catch (error) {
    throw new SetupError(error instanceof Error ? error.message : 'the arguments cannot be read')
  }
}

/** Reads the command line; a bad value is named with its argument. */
export function parseArguments(args: string[]): PracticeArguments {
  const values = readValues(args)
  const many = parseCount('synthetic-namespaces', values['synthetic-namespaces'], 0, 2_000)
  const usual = many > 0 ? { pods: 20, broken: 5, perWorkload: 5 } : { pods: 0, broken: 0, perWorkload: 20 }
  const pods = parseCount('synthetic-pods', values['synthetic-pods'], usual.pods, 50_000)
  const broken = parseCount('synthetic-broken', values['synthetic-broken'], Math.min(usual.broken, pods), pods)
  const perWorkload = parseCount('synthetic-per-workload', values['synthetic-per-workload'], usual.perWorkload, 50_000)
  const pods_per_deployment = Math.max(1, perWorkload)
  const services = values['synthetic-services']
  const log_mebibytes = parseCount('synthetic-log-mebibytes', values['synthetic-log-mebibytes'], 0, 16_384)
  const namespace = values['synthetic-namespace']
  if (!/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(namespace))
    throw new SetupError(`--synthetic-namespace: "${namespace}" cannot be the name of a namespace`)
  const incidents = values.incidents ?? []
  if (incidents.length === 0 && pods === 0 && !values.help)
    throw new SetupError('--incidents: name a folder of recorded incidents (or --synthetic-pods a number)')
  return {
    incidents,
    port: parseCount('port', values.port, 0, 65_535),
    host: values.host,
    ...(values.kubeconfig === undefined ? {} : { kubeconfig: values.kubeconfig }),
    ...(values.reword === undefined ? {} : { reword: dialectOf(values.reword) }),
    ...(pods === 0 ? {} : { synthetic: { namespace, pods, broken, pods_per_deployment, services, log_mebibytes } }),
    ...(many === 0 ? {} : { synthetic_namespaces: many }),
    help: values.help,
  }
}

/** What is printed when the practice cluster is ready. */
export interface Ready {
  url: string
  kubeconfig: string
  control_url: string
  namespaces: string[]
}

const everyBroken = 5

function loadIncidents({ incidents, synthetic, synthetic_namespaces, reword }: PracticeArguments): Incident[] {
  const now = Date.now()
  const folders = incidents.flatMap(findIncidentFolders)
  const loaded = [...new Set(folders)].map((folder) => loadIncident(folder, now, reword))
  if (synthetic === undefined) return loaded
  if (synthetic_namespaces === undefined) return [...loaded, buildSynthetic(synthetic, now)]
  return [...loaded, ...buildSyntheticNamespaces(synthetic, synthetic_namespaces, now)]
}

function listen(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => reject(new SetupError(`--host ${host} --port ${port}: ${error.message}`)))
    server.listen(port, host, () => {
      const address = server.address()
      resolve(typeof address === 'object' && address !== null ? address.port : port)
    })
  })
}

/** Somebody's own kubeconfig must never be lost to a mistyped path. */
function refuseForeignFile(path: string): void {
  const there = existsSync(path) ? readFileSync(path, 'utf8') : ''
  if (there !== '' && !there.includes(`"${userName}"`))
    throw new SetupError(`--kubeconfig: ${path} is there already and is no kubeconfig of the practice cluster`)
}

function writeKubeconfig(path: string | undefined, text: string): { path: string; remove: () => void } {
  const target = path ?? join(mkdtempSync(join(tmpdir(), 'practice-cluster-')), 'kubeconfig')
  try {
    refuseForeignFile(target)
    writeFileSync(target, text, { mode: 0o600 })
    chmodSync(target, 0o600)
  } catch (error) {
    if (error instanceof SetupError) throw error
    throw new SetupError(`--kubeconfig: ${error instanceof Error ? error.message : 'cannot be written'}`)
  }
  const remove = () => path === undefined && rmSync(dirname(target), { recursive: true, force: true })
  return { path: target, remove }
}

/** Starts the practice cluster; `stop` ends it and everything that is connected to it. */
export async function startPracticeCluster(given: PracticeArguments): Promise<{ ready: Ready; stop: () => void }> {
  const cluster = new Cluster(loadCatalog(), loadIncidents(given))
  const certificate = await createCertificate(given.host)
  const token = randomBytes(24).toString('base64url')
  const parts: ServerParts = { cluster, faults: new FaultList(), traffic: new Traffic(), watches: new Set(), token }
  const api = createApiServer(parts, certificate)
  const control = createControlServer(parts)
  const port = await listen(api, given.host, given.port)
  const controlPort = await listen(control, '127.0.0.1', 0)
  const namespaces = [...cluster.namespaces.keys()].toSorted()
  const url = `https://${given.host.includes(':') ? `[${given.host}]` : given.host}:${port}`
  const only = namespaces.length === 1 ? { namespace: namespaces[0] ?? '' } : {}
  const config = renderKubeconfig({ url, certificate: certificate.certificate, token, ...only })
  const kubeconfig = writeKubeconfig(given.kubeconfig, config)
  return {
    ready: { url, kubeconfig: kubeconfig.path, control_url: `http://127.0.0.1:${controlPort}`, namespaces },
    stop: () => {
      kubeconfig.remove()
      for (const server of [api, control]) {
        server.close()
        server.closeAllConnections()
      }
    },
  }
}

/** Many made-up namespaces of one size, each fifth of them with its broken pods: a cluster to sweep. */
export function buildSyntheticNamespaces(size: SyntheticSize, count: number, now: number): Incident[] {
  return Array.from({ length: count }, (_, index) => {
    const namespace = `${size.namespace}-${String(index + 1).padStart(3, '0')}`
    const broken = index % everyBroken === 0 ? size.broken : 0
    return buildSynthetic({ ...size, namespace, broken }, now)
  })
}

/** A kubeconfig for the practice cluster; JSON, which every YAML reader takes. */
function renderKubeconfig(options: { url: string; certificate: string; token: string; namespace?: string }): string {
  const { url, certificate, token, namespace } = options
  const name = 'practice'
  const authority = Buffer.from(certificate).toString('base64')
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name, cluster: { server: url, 'certificate-authority-data': authority } }],
    users: [{ name: userName, user: { token } }],
    contexts: [{ name, context: { cluster: name, user: userName, ...(namespace === undefined ? {} : { namespace }) } }],
    'current-context': name,
  }
  return `${JSON.stringify(config, null, 2)}\n`
}
