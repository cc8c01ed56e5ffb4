import type { ServerResponse } from 'node:http'
import type { ApiRequest } from './api.ts'
import type { ServedResource } from './catalog.ts'
import type { Cluster } from './cluster.ts'
import type { Change, StoredObject } from './collection.ts'
import { parseSelection } from './selection.ts'
import { badRequest, tooOldVersion } from './answer.ts'
import { renderTable } from './table.ts'

/** How often a watch that asked for bookmarks gets one. */
const bookmarkEveryMs = 5_000
const maxWatchSeconds = 3_600

type Selection = ((stored: StoredObject) => boolean) | undefined

function line(type: string, object: string): string {
  return `{"type":"${type}","object":${object}}\n`
}

function bookmark(resource: ServedResource, version: number, initialEnd = false): string {
  const metadata = {
    resourceVersion: String(version),
    creationTimestamp: null,
    ...(initialEnd ? { annotations: { 'k8s.io/initial-events-end': 'true' } } : {}),
  }
  return line('BOOKMARK', JSON.stringify({ kind: resource.kind, apiVersion: resource.group_version, metadata }))
}

/** A change as a narrowed watch sees it: an object that comes into view is added, one that leaves it is deleted. */
function seenAs({ type, current, before }: Change, selected: Selection): Change['type'] | undefined {
  if (selected === undefined) return type
  const sees = type !== 'DELETED' && selected(current)
  const saw = before !== undefined && selected(before)
  if (sees) return saw ? 'MODIFIED' : 'ADDED'
  return saw ? 'DELETED' : undefined
}

interface WatchOptions {
  request: ApiRequest
  resource: ServedResource
  cluster: Cluster
}

function initialLines(options: WatchOptions, selected: Selection): string {
  const { request, resource, cluster } = options
  const from = request.query.get('resourceVersion') ?? ''
  const collection = cluster.collection(resource)
  const inNamespace = (stored: StoredObject) =>
    request.namespace === undefined || stored.object.metadata.namespace === request.namespace
  const wantsInitial = request.query.get('sendInitialEvents') === 'true'
  if (from === '' || from === '0' || wantsInitial) {
    const objects = collection.objects(request.namespace).filter((stored) => selected?.(stored) ?? true)
    const added = objects.map((stored) => line('ADDED', render(options, stored))).join('')
    return wantsInitial ? added + bookmark(resource, cluster.version, true) : added
  }
  if (!/^\d+$/.test(from))
    throw badRequest(`invalid resource version "${from}": strconv.ParseUint: parsing "${from}": invalid syntax`)
  if (Number(from) < cluster.oldest) return line('ERROR', JSON.stringify(tooOldVersion(from, cluster.oldest).status))
  return collection.changes
    .filter((change) => change.version > Number(from) && inNamespace(change.current))
    .map((change) => renderChange(options, change, selected))
    .join('')
}

function render({ request, resource }: WatchOptions, stored: StoredObject): string {
  return request.table === true ? renderTable([stored.object], resource, {}) : stored.alone
}

function renderChange(options: WatchOptions, change: Change, selected: Selection): string {
  const type = seenAs(change, selected)
  return type === undefined ? '' : line(type, render(options, change.current))
}

function timeoutOf(request: ApiRequest): number {
  const seconds = Number(request.query.get('timeoutSeconds') ?? maxWatchSeconds)
  return Math.min(Number.isFinite(seconds) && seconds > 0 ? seconds : maxWatchSeconds, maxWatchSeconds) * 1000
}

/** Keeps a watch open until its time is over or the client leaves; `drop` breaks the connection under it. */
export interface OpenWatch {
  request: ApiRequest
  drop(): void
  /** Ends it as a stopping server does: without a broken connection. */
  end(): void
}

/** Serves a watch. */
export function openWatch(response: ServerResponse, options: WatchOptions): OpenWatch {
  const { request, resource, cluster } = options
  const selected = parseSelection(request, resource)
  const first = initialLines(options, selected)
  response.writeHead(200, { 'Content-Type': 'application/json', 'Cache-Control': 'no-cache, private' })
  response.flushHeaders()
  if (first !== '') response.write(first)
  const end = () => response.end()
  if (first.startsWith('{"type":"ERROR"')) {
    end()
    return { request, end, drop: end }
  }
  const stop = cluster.collection(resource).listen((change) => {
    const elsewhere = request.namespace !== undefined && change.current.object.metadata.namespace !== request.namespace
    const text = elsewhere ? '' : renderChange(options, change, selected)
    if (text !== '') response.write(text)
  })
  const wantsBookmarks = request.query.get('allowWatchBookmarks') === 'true'
  const mark = () => wantsBookmarks && response.write(bookmark(resource, cluster.version))
  const ticking = setInterval(mark, bookmarkEveryMs)
  const over = setTimeout(() => {
    mark()
    end()
  }, timeoutOf(request))
  response.once('close', () => {
    stop()
    clearInterval(ticking)
    clearTimeout(over)
  })
  return { request, end, drop: () => response.destroy() }
}
