import { readFileSync } from 'node:fs'
import type { IncomingHttpHeaders } from 'node:http'
import { Agent, request } from 'node:https'
import { type ApiType, KubeConfig } from '@kubernetes/client-node'
import type { Practice } from './practice-server.ts'

/** What came back over plain HTTPS. */
interface PlainAnswer {
  code: number
  headers: IncomingHttpHeaders
  text: string
  json: () => Body
}

/** A loosely typed object of the API, as tests look at it. */
interface Body {
  kind: string
  apiVersion: string
  message: string
  reason: string
  code: number
  details?: Record<string, unknown>
  metadata: {
    name: string
    namespace: string
    resourceVersion: string
    continue?: string
    remainingItemCount?: number
    creationTimestamp: string
    labels: Record<string, string>
  }
  items: Body[]
  [field: string]: unknown
}

/** Asks the practice cluster without any Kubernetes library in between. */
export interface PlainClient {
  get(
    path: string,
    more?: { token?: string | null; method?: string; body?: unknown; headers?: Record<string, string> },
  ): Promise<PlainAnswer>
  close(): void
}

interface KubeconfigFile {
  clusters: { cluster: { 'certificate-authority-data': string } }[]
  users: { user: { token: string } }[]
}

/** A plain client that trusts the practice cluster's certificate and bears its token. */
export function createPlainClient(practice: Practice): PlainClient {
  const config = JSON.parse(readFileSync(practice.kubeconfig, 'utf8')) as KubeconfigFile
  const ca = Buffer.from(config.clusters[0]?.cluster['certificate-authority-data'] ?? '', 'base64')
  const ownToken = config.users[0]?.user.token ?? ''
  const agent = new Agent({ ca, keepAlive: true })
  const get: PlainClient['get'] = (path, { token = ownToken, method = 'GET', body, headers } = {}) =>
    new Promise((resolve, reject) => {
      const authorization = token === null ? {} : { authorization: `Bearer ${token}` }
      const text = body === undefined ? '' : JSON.stringify(body)
      const length = { 'content-length': Buffer.byteLength(text) }
      const outgoing = request(`${practice.url}${path}`, {
        agent,
        method,
        headers: { ...authorization, ...length, ...headers },
      })
      outgoing.on('error', reject)
      outgoing.on('response', (incoming) => {
        const chunks: Buffer[] = []
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
        incoming.on('error', reject)
        incoming.on('end', () => {
          const received = Buffer.concat(chunks).toString('utf8')
          const json = () => JSON.parse(received) as Body
          resolve({ code: incoming.statusCode ?? 0, headers: incoming.headers, text: received, json })
        })
      })
      outgoing.end(text)
    })
  return { get, close: () => agent.destroy() }
}

/** An API of @kubernetes/client-node that talks to the practice cluster. */
export function createKubernetesApi<T extends ApiType>(practice: Practice, api: new (config: never) => T): T {
  const config = new KubeConfig()
  config.loadFromFile(practice.kubeconfig)
  return config.makeApiClient(api as Parameters<typeof config.makeApiClient<T>>[0])
}
