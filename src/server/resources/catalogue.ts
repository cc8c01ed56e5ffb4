import type { IncomingHttpHeaders } from 'node:http'
import { z } from 'zod'
import {
  CatalogueEntry,
  catalogueFields,
  type CatalogueKey,
  CatalogueKind,
  CatalogueRecord,
} from '#src/domain/catalogue.ts'
import { type FieldError, invalidInput, Refusal } from '#src/server/problems.ts'
import { cursor, name, wholeNumber } from '#src/server/input-fields.ts'
import { parseInput } from '#src/server/request-input.ts'
import { type Reply, type Resource, route } from '#src/server/route.ts'
import type { ServerDeps } from '#src/server/server-deps.ts'

const CataloguePage = z.object({ entries: z.array(CatalogueRecord), next_cursor: z.string().optional() })

const ListQuery = z.strictObject(
  {
    kind: CatalogueKind.optional(),
    service: name().optional(),
    cursor: cursor().optional(),
    limit: wholeNumber(1, 200).default(50),
  },
  { error: 'kind, service, cursor, limit' },
)

const unknownEntry = {
  code: 'SRE_CATALOGUE_UNKNOWN',
  detail: `the catalogue has no entry of this kind and name; kinds are ${CatalogueKind.options.join(', ')}`,
}

/** The name of a repository comes with its slash encoded. */
const byName = { schema: z.object({ kind: CatalogueKind, name: z.string() }), unknown: unknownEntry }
type Params = z.output<typeof byName.schema>

/** The body has the fields of its kind. Kind and name are those of the address; in the body they are refused. */
function readEntry({ kind, name: named }: Params, body: unknown): CatalogueEntry {
  const fields = parseInput(catalogueFields[kind], body, 'body')
  return parseInput(CatalogueEntry, { ...fields, kind, name: named }, 'body')
}

/** Undefined: no entry of this kind can have such a name. */
function readKey({ kind, name: named }: Params): CatalogueKey | undefined {
  const shape = CatalogueEntry.options.find((option) => option.shape.kind.value === kind)?.shape
  const valid = shape?.name.safeParse(named)
  return valid?.success ? { kind, name: valid.data } : undefined
}

function requireKey(params: Params): CatalogueKey {
  const key = readKey(params)
  if (!key) throw unknown()
  return key
}

function unknown(): Refusal {
  return new Refusal(unknownEntry.code, unknownEntry.detail)
}

/**
 * What a change expects of the present state: `If-Match: "7"` that it is at revision 7, `If-None-Match: *` that there is none (0). A
 * condition that cannot be understood is refused, because ignoring it would allow the change that it forbids.
 */
function readPrecondition({ 'if-match': match, 'if-none-match': none }: IncomingHttpHeaders): {
  expected_revision?: number
} {
  const revision = match === undefined ? undefined : /^"([1-9]\d{0,14})"$/.exec(match)?.[1]
  const errors: FieldError[] = []
  if (match !== undefined && revision === undefined) {
    const allowed = 'one revision in quotation marks, as in the ETag of an answer'
    errors.push({ path: 'If-Match', problem: 'cannot be used', allowed })
  }
  if (none !== undefined && none !== '*')
    errors.push({ path: 'If-None-Match', problem: 'cannot be used', allowed: '*' })
  if (match !== undefined && none !== undefined)
    errors.push({ path: 'If-None-Match', problem: 'cannot be combined with If-Match', allowed: 'one of the two' })
  if (errors.length > 0) throw invalidInput('SRE_SERVER_INVALID', errors)
  if (revision !== undefined) return { expected_revision: Number(revision) }
  return none === undefined ? {} : { expected_revision: 0 }
}

function refuseSecrets(entry: CatalogueEntry, { catalogue: port }: Pick<ServerDeps, 'catalogue'>): void {
  const errors = port.secretsIn(entry).map((path) => ({
    path,
    problem: 'contains what looks like a secret',
    allowed: 'a text that every reader may see',
  }))
  if (errors.length > 0) throw invalidInput('SRE_SERVER_INVALID', errors)
}

function targetOf({ kind, name: named }: CatalogueKey): string {
  return `${kind}/${named}`
}

/** Entries of the file have no revision, and cannot be changed here. */
function entryReply(record: CatalogueRecord): Reply {
  const { revision } = record
  return { ...(revision !== undefined && { headers: { ETag: `"${revision}"` } }), json: record }
}

const etag = { ETag: 'The revision, for If-Match' }
const example = { services: ['checkout'], url: 'https://github.com/example/checkout', default_branch: 'main' }
const conditions =
  'With If-Match: "REVISION" only where the entry is at that revision, with If-None-Match: * only where there is none.'
const notFound = { 404: 'There is no such entry, or no such kind' }
const refusals = {
  ...notFound,
  400: 'A field, a header or the JSON cannot be used',
  409: 'The entry is defined in configs/services.yaml',
  412: 'The entry has another revision',
}
const one = { path: '/api/catalogue/:kind/:name', params: byName }

/** What belongs to services: repositories, log sources, channels. */
export const catalogue: Resource = {
  tag: 'catalogue',
  below: { path: '/api/catalogue', right: 'read' },
  routes: [
    route({
      method: 'get',
      path: '/api/catalogue',
      id: 'listCatalogue',
      summary: 'Repositories, log sources and channels of services, by kind and name',
      right: 'read',
      query: ListQuery,
      answers: { 200: { description: 'A page', json: CataloguePage } },
      async handle({ query }, { catalogue: port }) {
        const { items, next_cursor } = await port.list(query)
        return { json: { entries: items, next_cursor } }
      },
    }),
    route({
      ...one,
      method: 'get',
      id: 'oneCatalogueEntry',
      summary: 'One entry; the slash in the name of a repository is sent as %2F',
      right: 'read',
      answers: { 200: { description: 'The entry', json: CatalogueRecord, headers: etag } },
      refusals: notFound,
      async handle({ params }, { catalogue: port }) {
        const record = await port.get(requireKey(params))
        if (!record) throw unknown()
        return entryReply(record)
      },
    }),
    route({
      ...one,
      method: 'put',
      id: 'putCatalogueEntry',
      summary: 'Add an entry, or replace it',
      description: conditions,
      right: 'operate',
      body: { schema: z.unknown(), described: z.union(Object.values(catalogueFields)), example },
      answers: {
        200: { description: 'Changed', json: CatalogueRecord, headers: etag },
        201: { description: 'Added', json: CatalogueRecord, headers: etag },
      },
      refusals,
      async handle({ params, body, caller, request, audited }, deps) {
        const entry = readEntry(params, body)
        const precondition = readPrecondition(request.headers)
        refuseSecrets(entry, deps)
        const action = { action: 'catalogue.put', target: targetOf(entry), detail: { ...entry, ...precondition } }
        const change = { by: caller.name, ...precondition }
        const { record, created } = await audited(action, () => deps.catalogue.put(entry, change))
        const reply = entryReply(record)
        if (!created) return reply
        const location = `/api/catalogue/${record.kind}/${encodeURIComponent(record.name)}`
        return { ...reply, status: 201, headers: { ...reply.headers, Location: location } }
      },
    }),
    route({
      ...one,
      method: 'delete',
      id: 'removeCatalogueEntry',
      summary: 'Remove an entry',
      description: conditions,
      right: 'operate',
      answers: { 200: { description: 'The removed entry', json: CatalogueRecord } },
      refusals,
      async handle({ params, caller, request, audited }, { catalogue: port }) {
        const key = requireKey(params)
        const precondition = readPrecondition(request.headers)
        const action = { action: 'catalogue.remove', target: targetOf(key), detail: precondition }
        const change = { by: caller.name, ...precondition }
        return { json: await audited(action, () => port.remove(key, change)) }
      },
    }),
  ],
}
