import { z } from 'zod'
import { catalogueFields, CatalogueKind, CatalogueRecord } from '#src/domain/catalogue.ts'
import { CataloguePage, CatalogueQuery } from '#src/server/routes/catalogue.ts'
import { jsonAnswer, operation, type Paths } from './operation.ts'

const ByName = z.object({ kind: CatalogueKind, name: z.string() })
const tag = { ETag: { description: 'The revision, for If-Match', schema: { type: 'string' as const } } }
const example = { services: ['checkout'], url: 'https://github.com/example/checkout', default_branch: 'main' }
const conditions =
  'With If-Match: "REVISION" only where it is at that revision, with If-None-Match: * only where there is none.'
const refusals = {
  400: 'A field, a header or the JSON cannot be used',
  404: 'There is no such entry, or no such kind',
  409: 'The entry stands in configs/services.yaml',
  412: 'The entry is at another revision',
}

/** What belongs to services. */
export function cataloguePaths(): Paths {
  return {
    '/api/catalogue': {
      get: operation({
        id: 'listCatalogue',
        summary: 'Repositories, log sources and channels of services, by kind and name',
        right: 'read',
        query: CatalogueQuery,
        answers: { 200: jsonAnswer('A page', CataloguePage) },
      }),
    },
    '/api/catalogue/{kind}/{name}': {
      get: operation(
        {
          id: 'oneCatalogueEntry',
          summary: 'One entry; the slash in the name of a repository is sent as %2F',
          right: 'read',
          answers: { 200: jsonAnswer('The entry', CatalogueRecord, tag) },
          refusals: { 404: refusals[404] },
        },
        ByName,
      ),
      put: operation(
        {
          id: 'putCatalogueEntry',
          summary: 'Add an entry, or put it in the place of what there is',
          description: conditions,
          right: 'operate',
          body: { schema: z.union(Object.values(catalogueFields)), example },
          answers: {
            200: jsonAnswer('Changed', CatalogueRecord, tag),
            201: jsonAnswer('Added', CatalogueRecord, tag),
          },
          refusals,
        },
        ByName,
      ),
      delete: operation(
        {
          id: 'removeCatalogueEntry',
          summary: 'Remove an entry',
          description: conditions,
          right: 'operate',
          answers: { 200: jsonAnswer('What was removed', CatalogueRecord) },
          refusals,
        },
        ByName,
      ),
    },
  }
}
