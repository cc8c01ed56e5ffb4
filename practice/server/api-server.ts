import { timingSafeEqual } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer, type Server } from 'node:https'
import { setTimeout as wait } from 'node:timers/promises'
import { generate } from 'selfsigned'
import {
  type Answer,
  badRequest,
  expiredContinue,
  failure,
  failureAnswer,
  forbidden,
  notFound,
  notRecorded,
  sendAnswer,
  StatusError,
  textAnswer,
  tooOldVersion,
  unauthorized,
  unknownResource,
} from './answer.ts'
import { type ApiRequest, parseApiRequest, readBody, readJsonBody, resourceName } from './api.ts'
import type { Cluster } from './cluster.ts'
import type { Fault, FaultList } from './fault.ts'
import { answerRequest, resolveResource } from './router.ts'
import { wantsTable } from './table.ts'
import { type OpenWatch, openWatch } from './watch.ts'

/** A key and the certificate that signs itself, both PEM. */
export interface Certificate {
  key: string
  certificate: string
}

/** Makes a certificate for loopback and `host`, good for a day before and a year after. */
export async function createCertificate(host: string): Promise<Certificate> {
  const now = Date.now()
  const day = 86_400_000
  const isAddress = /^[\d.]+$|:/.test(host)
  const made = await generate([{ name: 'commonName', value: 'practice-cluster' }], {
    keyType: 'ec',
    curve: 'P-256',
    algorithm: 'sha256',
    notBeforeDate: new Date(now - day),
    notAfterDate: new Date(now + 365 * day),
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', digitalSignature: true, keyCertSign: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'localhost' },
          { type: 7, ip: '127.0.0.1' },
          ...(isAddress ? [{ type: 7 as const, ip: host }] : [{ type: 2 as const, value: host }]),
        ],
      },
    ],
  })
  return { key: made.private, certificate: made.cert }
}

/** What has come in so far. */
export interface TrafficStats {
  connections: number
  tls_handshakes: number
  requests: number
  /** By verb and resource: `list pods`, `get pods/log`, `get /version`. */
  by_request: Record<string, number>
}

/** Counts connections and requests, so that a test can hold a client to reuse and to bounds. */
export class Traffic {
  #stats: TrafficStats = { connections: 0, tls_handshakes: 0, requests: 0, by_request: {} }

  connected(): void {
    this.#stats.connections += 1
  }

  handshaken(): void {
    this.#stats.tls_handshakes += 1
  }

  requested(request: ApiRequest): void {
    const subject = request.resource === '' ? request.path : resourceName(request)
    const key = `${request.verb} ${subject}`
    this.#stats.requests += 1
    this.#stats.by_request[key] = (this.#stats.by_request[key] ?? 0) + 1
  }

  stats(): TrafficStats {
    return this.#stats
  }

  reset(): void {
    this.#stats = { connections: 0, tls_handshakes: 0, requests: 0, by_request: {} }
  }
}

/** What the API server is made of; the control server shares it. */
export interface ServerParts {
  cluster: Cluster
  faults: FaultList
  traffic: Traffic
  watches: Set<OpenWatch>
  token: string
}

const openPaths = /^\/(healthz|livez|readyz|version)\/?$/

/*
 * kubectl posts its reviews as protobuf. Only these few messages are read, by the field numbers of the published .proto files.
 */

const magic = Buffer.from('k8s\0')

const attributeNames = ['', 'namespace', 'verb', 'group', 'version', 'resource', 'subresource', 'name']

function checkToken(message: IncomingMessage, request: ApiRequest, token: string): void {
  if (openPaths.test(request.path)) return
  const given = Buffer.from(message.headers.authorization ?? '')
  const wanted = Buffer.from(`Bearer ${token}`)
  if (given.length !== wanted.length || !timingSafeEqual(given, wanted)) throw unauthorized()
}

async function readReview(message: IncomingMessage, kind: string): Promise<unknown> {
  const isProtobuf = message.headers['content-type']?.includes('protobuf') === true
  try {
    return isProtobuf ? decodeReview(await readBody(message), kind) : await readJsonBody(message)
  } catch (error) {
    throw badRequest(`the object provided is unrecognized: ${error instanceof Error ? error.message : 'not JSON'}`)
  }
}

function startWatch(request: ApiRequest, response: ServerResponse, struck: Fault[], parts: ServerParts): void {
  const resource = resolveResource(request, parts.cluster)
  if (!parts.cluster.covers(resource, request)) throw notRecorded(request)
  const watch = openWatch(response, { request, resource, cluster: parts.cluster })
  parts.watches.add(watch)
  response.once('close', () => parts.watches.delete(watch))
  const drop = struck.find(({ kind }) => kind === 'drop' || kind === 'cut')
  if (drop !== undefined) setTimeout(() => watch.drop(), drop.delay_ms ?? 0)
}

async function serve(message: IncomingMessage, response: ServerResponse, parts: ServerParts): Promise<void> {
  const request = parseApiRequest(message.method ?? 'GET', message.url ?? '/')
  request.table = wantsTable(message.headers.accept)
  parts.traffic.requested(request)
  checkToken(message, request, parts.token)
  const struck = parts.faults.take(request)
  for (const fault of struck) {
    if (fault.kind === 'hang') return
    if (fault.kind === 'delay') await wait(fault.delay_ms ?? 1_000)
    const refusal = faultAnswer(fault, request, parts.cluster.oldest)
    if (refusal !== undefined) return sendAnswer(response, refusal)
  }
  if (request.verb === 'watch' && request.resource !== '') return startWatch(request, response, struck, parts)
  const { cluster, faults } = parts
  const answer = await answerRequest(request, { cluster, faults, readReview: (kind) => readReview(message, kind) })
  sendAnswer(
    response,
    answer,
    struck.some(({ kind }) => kind === 'cut'),
  )
}

/** The HTTPS server; not listening yet. */
export function createApiServer(parts: ServerParts, { key, certificate }: Certificate): Server {
  const server = createServer(
    { key, cert: certificate, keepAlive: true, keepAliveTimeout: 60_000 },
    (message, response) => {
      serve(message, response, parts).catch((error: unknown) => {
        if (!(error instanceof StatusError)) process.stderr.write(`practice: ${String(error)}\n`)
        if (response.headersSent) response.destroy()
        else sendAnswer(response, failureAnswer(error))
      })
    },
  )
  server.on('connection', () => parts.traffic.connected())
  server.on('secureConnection', () => parts.traffic.handshaken())
  return server
}

function gone(request: ApiRequest, oldest: number): StatusError {
  const token = request.query.get('continue')
  if (token !== null) return expiredContinue(token)
  return tooOldVersion(request.query.get('resourceVersion') ?? '0', oldest)
}

function internalError(): StatusError {
  const cause = 'etcdserver: request timed out'
  return failure(500, 'InternalError', `Internal error occurred: ${cause}`, {
    details: { causes: [{ message: cause }] },
  })
}

/** The answer of a fault that is a refusal, worded as the real server words it; undefined for the other kinds. */
function faultAnswer(fault: Fault, request: ApiRequest, oldest: number): Answer | undefined {
  switch (fault.kind) {
    case '401':
      return failureAnswer(unauthorized())
    case '403':
      return failureAnswer(forbidden(request))
    case '404':
      return failureAnswer(request.name === undefined ? unknownResource() : notFound(request))
    case '410':
      return failureAnswer(gone(request, oldest))
    case '429': {
      const answer = textAnswer(429, 'Too many requests, please try again later.\n')
      answer.headers['Retry-After'] = String(fault.retry_after_seconds ?? 1)
      answer.headers['X-Content-Type-Options'] = 'nosniff'
      return answer
    }
    case '500':
      return failureAnswer(internalError())
    default:
      return undefined
  }
}

function readVarint(bytes: Buffer, from: number): { value: number; next: number } {
  let value = 0
  let at = from
  for (let factor = 1; at < bytes.length; factor *= 128) {
    const byte = bytes[at] ?? 0
    at += 1
    value += (byte & 127) * factor
    if (byte < 128) break
  }
  return { value, next: at }
}

/** The length-delimited fields of a message by number; numbers and the like are passed over. */
function readFields(bytes: Buffer): Map<number, Buffer> {
  const fields = new Map<number, Buffer>()
  let at = 0
  while (at < bytes.length) {
    const tag = readVarint(bytes, at)
    const wireType = tag.value % 8
    if (wireType !== 0 && wireType !== 2) throw new Error('unexpected field in a protobuf review')
    const length = readVarint(bytes, tag.next)
    at = wireType === 2 ? length.next + length.value : length.next
    if (wireType === 2) fields.set(Math.floor(tag.value / 8), bytes.subarray(length.next, at))
  }
  return fields
}

function attributesOf(message: Buffer): Record<string, string> {
  const entries = [...readFields(message)].map(([number, value]) => [
    attributeNames[number] ?? '',
    value.toString('utf8'),
  ])
  return Object.fromEntries(entries) as Record<string, string>
}

/** The spec of a review posted as protobuf, in the shape that its JSON would have. */
export function decodeReview(body: Buffer, kind: string): { spec: Record<string, unknown> } {
  if (!body.subarray(0, 4).equals(magic)) throw new Error('no Kubernetes protobuf')
  const empty = Buffer.alloc(0)
  const object = readFields(body.subarray(4)).get(2) ?? empty
  const spec = readFields(readFields(object).get(2) ?? empty)
  if (kind === 'SelfSubjectRulesReview') return { spec: { namespace: spec.get(1)?.toString('utf8') } }
  const [resource, plain] = [spec.get(1), spec.get(2)]
  if (resource !== undefined) return { spec: { resourceAttributes: attributesOf(resource) } }
  const path = readFields(plain ?? empty)
  return { spec: { nonResourceAttributes: { path: path.get(1)?.toString(), verb: path.get(2)?.toString() } } }
}
