import { timingSafeEqual } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer, type Server } from 'node:https'
import { setTimeout as wait } from 'node:timers/promises'
import { failureAnswer, sendAnswer } from './answer.ts'
import { type ApiRequest, parseApiRequest } from './api-request.ts'
import type { Certificate } from './certificate.ts'
import type { Cluster } from './cluster.ts'
import type { Fault } from './fault.ts'
import { faultAnswer } from './fault-answer.ts'
import type { FaultList } from './fault-list.ts'
import { readBody, readJsonBody } from './read-body.ts'
import { decodeReview } from './review-protobuf.ts'
import { answerRequest, resolveResource } from './router.ts'
import { badRequest, notRecorded, StatusError, unauthorized } from './status.ts'
import { wantsTable } from './table.ts'
import type { Traffic } from './traffic.ts'

import { type OpenWatch, openWatch } from './watch.ts'

/** What the API server is made of; the control server shares it. */
export interface ServerParts {
  cluster: Cluster
  faults: FaultList
  traffic: Traffic
  watches: Set<OpenWatch>
  token: string
}

const openPaths = /^\/(healthz|livez|readyz|version)\/?$/

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
