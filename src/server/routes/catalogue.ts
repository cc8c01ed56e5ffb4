import type { Request, RequestHandler, Response } from 'express'
import { z } from 'zod'
import {
  CatalogueEntry,
  catalogueFields,
  type CatalogueKey,
  CatalogueKind,
  CatalogueRecord,
} from '#src/domain/catalogue.ts'
import { auditAct } from '#src/server/access/audit-act.ts'
import { callerOf } from '#src/server/access/request-caller.ts'
import { cursor, name, wholeNumber } from '#src/server/query-fields.ts'
import { readInput } from '#src/server/read-input.ts'
import { readPrecondition } from '#src/server/read-precondition.ts'
import { sendProblem } from '#src/server/send-problem.ts'
import type { ServerDeps } from '#src/server/service-ports.ts'

type CatalogueDeps = Pick<ServerDeps, 'catalogue' | 'audit'>
type OneHandler = RequestHandler<{ kind: string; name: string }>

/** A page of the catalogue. */
export const CataloguePage = z.object({ entries: z.array(CatalogueRecord), next_cursor: z.string().optional() })

/** Which entries. */
export const CatalogueQuery = z.strictObject(
  {
    kind: CatalogueKind.optional(),
    service: name().optional(),
    cursor: cursor().optional(),
    limit: wholeNumber(1, 200).default(50),
  },
  { error: 'kind, service, cursor, limit' },
)

/** `GET /api/catalogue` */
export function listCatalogue({ catalogue }: CatalogueDeps): RequestHandler {
  return async (request, response) => {
    const query = readInput(CatalogueQuery, request.query, 'query', response)
    if (!query) return
    const { items, next_cursor } = await catalogue.list(query)
    response.json({ entries: items, next_cursor })
  }
}

/** `GET /api/catalogue/:kind/:name` */
export function oneEntry({ catalogue }: CatalogueDeps): OneHandler {
  return async (request, response) => {
    const key = readKey(request.params)
    const record = key && (await catalogue.get(key))
    if (!record) return refuseUnknown(response)
    withTag(response, record).json(record)
  }
}

/** `PUT /api/catalogue/:kind/:name` */
export function putEntry({ catalogue, audit }: CatalogueDeps): OneHandler {
  return async (request, response) => {
    const kind = CatalogueKind.safeParse(request.params.kind)
    if (!kind.success) return refuseUnknown(response)
    const entry = readEntry(kind.data, request, response)
    if (!entry) return
    const precondition = readPrecondition(request.headers, response)
    if (!precondition) return
    const errors = catalogue
      .secretsIn(entry)
      .map((path) => ({ path, problem: 'bears what looks like a secret', allowed: 'a text that every reader may see' }))
    if (errors.length > 0) {
      const detail = errors.map(({ path, problem }) => `${path}: ${problem}`).join('; ')
      return sendProblem(response, 'SRE_SERVER_INVALID', detail, { errors })
    }
    const act = { action: 'catalogue.put', target: targetOf(entry), detail: { ...entry, ...precondition } }
    const change = { by: callerOf(request as Request).name, ...precondition }
    const { record, created } = await auditAct(audit, { request: request as Request, response }, act, () =>
      catalogue.put(entry, change),
    )
    if (created) response.status(201).location(`/api/catalogue/${record.kind}/${encodeURIComponent(record.name)}`)
    withTag(response, record).json(record)
  }
}

/** `DELETE /api/catalogue/:kind/:name` */
export function removeEntry({ catalogue, audit }: CatalogueDeps): OneHandler {
  return async (request, response) => {
    const key = readKey(request.params)
    if (!key) return refuseUnknown(response)
    const precondition = readPrecondition(request.headers, response)
    if (!precondition) return
    const act = { action: 'catalogue.remove', target: targetOf(key), detail: precondition }
    const change = { by: callerOf(request as Request).name, ...precondition }
    const removed = await auditAct(audit, { request: request as Request, response }, act, () =>
      catalogue.remove(key, change),
    )
    response.json(removed)
  }
}

/** First the body by its kind, so that a kind or a name in it is refused; then the name. */
function readEntry(
  kind: CatalogueKind,
  request: Request<{ kind: string; name: string }>,
  response: Response,
): CatalogueEntry | undefined {
  const fields = readInput(catalogueFields[kind], request.body, 'body', response)
  if (!fields) return undefined
  return readInput(CatalogueEntry, { ...fields, kind, name: request.params.name }, 'body', response)
}

/** Undefined: nothing could be called so. */
function readKey(params: { kind: string; name: string }): CatalogueKey | undefined {
  const kind = CatalogueKind.safeParse(params.kind)
  if (!kind.success) return undefined
  const shape = CatalogueEntry.options.find((option) => option.shape.kind.value === kind.data)?.shape
  const named = shape?.name.safeParse(params.name)
  return named?.success ? { kind: kind.data, name: named.data } : undefined
}

function targetOf({ kind, name: called }: CatalogueKey): string {
  return `${kind}/${called}`
}

function refuseUnknown(response: Response): void {
  const words = `the catalogue has no entry of this kind and name; kinds are ${CatalogueKind.options.join(', ')}`
  sendProblem(response, 'SRE_CATALOGUE_UNKNOWN', words)
}

/** Entries of the file bear no revision, and cannot be changed here. */
function withTag(response: Response, { revision }: CatalogueRecord): Response {
  return revision === undefined ? response : response.set('ETag', `"${revision}"`)
}
