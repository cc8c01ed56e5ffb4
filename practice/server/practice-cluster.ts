import { randomBytes } from 'node:crypto'
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import type { Server } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createApiServer, type ServerParts } from './api-server.ts'
import type { PracticeArguments } from './arguments.ts'
import { loadCatalog } from './catalog.ts'
import { createCertificate } from './certificate.ts'
import { Cluster } from './cluster.ts'
import { createControlServer } from './control-server.ts'
import { FaultList } from './fault-list.ts'
import { findIncidentFolders, type Incident, loadIncident, SetupError } from './incident.ts'
import { userName } from './status.ts'
import { buildSynthetic, type SyntheticSize } from './synthetic.ts'
import { Traffic } from './traffic.ts'

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
