import type { ApiObject } from './api-object.ts'
import { ageOf, type Column, columnsByKind, eventColumns } from './table-columns.ts'

function columnsOf(kind: string, group: string): Column[] {
  if (kind === 'Event' && group === '') return eventColumns
  return [
    { name: 'Name', type: 'string', value: ({ metadata }) => metadata.name },
    ...(columnsByKind[kind] ?? []),
    { name: 'Age', type: 'string', value: ({ metadata }) => ageOf(metadata.creationTimestamp) },
  ]
}

/** Objects as the table that `kubectl get` asks for. */
export function renderTable(
  objects: ApiObject[],
  { kind, group }: { kind: string; group: string },
  metadata: Record<string, unknown>,
): string {
  const columns = columnsOf(kind, group)
  const rows = objects.map((object) => ({
    cells: columns.map(({ value }) => value(object)),
    object: { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: object.metadata },
  }))
  const columnDefinitions = columns.map(({ name, type }) => ({
    name,
    type,
    format: name === 'Name' ? 'name' : '',
    description: '',
    priority: 0,
  }))
  return JSON.stringify({ kind: 'Table', apiVersion: 'meta.k8s.io/v1', metadata, columnDefinitions, rows })
}

/** Whether the Accept header puts a table first, in the version that is served. */
export function wantsTable(accept: string | undefined): boolean {
  const [first = ''] = (accept ?? '').split(',')
  return first.includes('as=Table') && first.includes('g=meta.k8s.io') && first.includes('v=v1')
}
