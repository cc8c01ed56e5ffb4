import type { ApiRequest } from './api-request.ts'
import type { ServedResource } from './catalog.ts'
import type { StoredObject } from './collection.ts'
import { parseFieldSelector } from './field-selector.ts'
import { parseLabelSelector } from './label-selector.ts'

/** What a list or watch is narrowed to; undefined when nothing narrows it. */
export function parseSelection(
  request: ApiRequest,
  resource: ServedResource,
): ((stored: StoredObject) => boolean) | undefined {
  const labels = parseLabelSelector(request.query.get('labelSelector'))
  const fields = parseFieldSelector(request.query.get('fieldSelector'), resource)
  const name = request.verb === 'watch' ? request.name : undefined
  if (labels === undefined && fields === undefined && name === undefined) return undefined
  return ({ object }) =>
    (name === undefined || object.metadata.name === name) &&
    (labels?.(object.metadata.labels ?? {}) ?? true) &&
    (fields?.(object) ?? true)
}
