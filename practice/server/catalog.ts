import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** One resource as the discovery documents describe it. */
export interface ServedResource {
  group: string
  version: string
  group_version: string
  name: string
  kind: string
  namespaced: boolean
  verbs: string[]
}

/** The discovery documents of a real server, trimmed, and the resources that they name. */
export interface Catalog {
  /** Bodies by path, such as `/apis/apps/v1`. */
  documents: Map<string, Buffer>
  resources: ServedResource[]
  find(group: string, version: string, name: string): ServedResource | undefined
  byKind(apiVersion: string, kind: string): ServedResource | undefined
  hasVersion(group: string, version: string): boolean
}

interface ResourceDocument {
  groupVersion: string
  resources: { name: string; kind: string; namespaced: boolean; verbs: string[] }[]
}

interface GroupList {
  groups: { name: string }[]
}

function resourcesOf(document: ResourceDocument): ServedResource[] {
  const parts = document.groupVersion.split('/')
  const version = parts.at(-1) ?? ''
  const group = parts.length > 1 ? (parts[0] ?? '') : ''
  return document.resources.map(({ name, kind, namespaced, verbs }) => ({
    group,
    version,
    group_version: document.groupVersion,
    name,
    kind,
    namespaced,
    verbs,
  }))
}

function groupDocuments(list: GroupList): [string, Buffer][] {
  return list.groups.map((group) => [
    `/apis/${group.name}`,
    Buffer.from(JSON.stringify({ kind: 'APIGroup', apiVersion: 'v1', ...group })),
  ])
}

function groupVersion(group: string, version: string): string {
  return group === '' ? version : `${group}/${version}`
}

/** Reads the discovery documents that lie beside this file. */
export function loadCatalog(folder = join(import.meta.dirname, 'discovery')): Catalog {
  const documents = new Map<string, Buffer>()
  const resources: ServedResource[] = []
  for (const file of readdirSync(folder)) {
    const parsed: unknown = JSON.parse(readFileSync(join(folder, file), 'utf8'))
    documents.set(`/${file.replace('.json', '').replaceAll('_', '/')}`, Buffer.from(JSON.stringify(parsed)))
    if (file.includes('_')) resources.push(...resourcesOf(parsed as ResourceDocument))
    if (file === 'apis.json') for (const [path, body] of groupDocuments(parsed as GroupList)) documents.set(path, body)
  }
  const byPath = new Map(resources.map((entry) => [`${entry.group_version}/${entry.name}`, entry]))
  const byKind = new Map(
    resources.filter(({ name }) => !name.includes('/')).map((entry) => [`${entry.group_version}/${entry.kind}`, entry]),
  )
  return {
    documents,
    resources,
    find: (group, version, name) => byPath.get(`${groupVersion(group, version)}/${name}`),
    byKind: (apiVersion, kind) => byKind.get(`${apiVersion}/${kind}`),
    hasVersion: (group, version) => documents.has(group === '' ? `/api/${version}` : `/apis/${group}/${version}`),
  }
}
