import { type Answer, jsonAnswer, textAnswer } from './answer.ts'
import type { ApiRequest } from './api-request.ts'
import type { ServedResource } from './catalog.ts'
import type { Cluster } from './cluster.ts'
import type { FaultList } from './fault-list.ts'
import { listBody } from './list.ts'
import { answerLog } from './logs.ts'
import { answerReview } from './reviews.ts'
import { badRequest, forbidden, notFound, notRecorded, unknownResource } from './status.ts'
import { renderTable } from './table.ts'

/** What answering needs. */
export interface RouterDependencies {
  cluster: Cluster
  faults: FaultList
  /** The body of a review of this kind, parsed. */
  readReview: (kind: string) => Promise<unknown>
}

function answerPlainPath(request: ApiRequest, cluster: Cluster): Answer {
  const path = request.path.length > 1 ? request.path.replace(/\/$/, '') : request.path
  if (/^\/(healthz|livez|readyz)(\/|$)/.test(path)) return textAnswer(200, 'ok')
  const document = cluster.catalog.documents.get(path)
  return document === undefined ? pageNotFound() : jsonAnswer(200, document)
}

function pageNotFound(): Answer {
  const answer = textAnswer(404, '404 page not found\n')
  answer.headers['X-Content-Type-Options'] = 'nosniff'
  return answer
}

function answerRead(request: ApiRequest, resource: ServedResource, cluster: Cluster): Answer {
  if (!cluster.covers(resource, request)) throw notRecorded(request)
  if (request.verb === 'list') return jsonAnswer(200, listBody(request, resource, cluster))
  const stored = cluster.collection(resource).find(request.namespace, request.name ?? '')
  if (stored === undefined) throw notFound(request)
  const metadata = { resourceVersion: String(cluster.version) }
  const text = request.table === true ? renderTable([stored.object], resource, metadata) : stored.alone
  return jsonAnswer(200, Buffer.from(`${text}\n`))
}

function answerPodLog(request: ApiRequest, cluster: Cluster): Answer {
  const pods = cluster.catalog.find('', 'v1', 'pods')
  if (pods === undefined || !cluster.covers(pods, request)) throw notRecorded(request)
  const pod = cluster.collection(pods).find(request.namespace, request.name ?? '')
  if (pod === undefined) throw notFound(request)
  return answerLog(request, pod.object, cluster)
}

/** The resource that a request is about; refused as the real server does where the address makes no sense. */
export function resolveResource(request: ApiRequest, cluster: Cluster): ServedResource {
  const resource = cluster.catalog.find(request.group, request.version, request.resource)
  if (resource === undefined || resource.verbs.length === 0) throw unknownResource()
  if (!resource.namespaced && request.namespace !== undefined) throw unknownResource()
  if (resource.namespaced && request.name !== undefined && request.namespace === undefined)
    throw badRequest('an empty namespace may not be set when a resource name is provided')
  return resource
}

/** Answers everything but watches. */
export async function answerRequest(request: ApiRequest, dependencies: RouterDependencies): Promise<Answer> {
  const { cluster } = dependencies
  if (request.resource === '') return request.method === 'GET' ? answerPlainPath(request, cluster) : pageNotFound()
  if (!cluster.catalog.hasVersion(request.group, request.version)) return pageNotFound()
  const resource = resolveResource(request, cluster)
  if (request.method === 'POST' && request.subresource === undefined) {
    const review = resource.name.startsWith('selfsubject') ? await dependencies.readReview(resource.kind) : undefined
    const answer = answerReview(resource, review, dependencies)
    if (answer !== undefined) return answer
  }
  if (!['GET', 'HEAD'].includes(request.method)) throw forbidden(request, 'this practice cluster is read-only')
  if (request.subresource === 'log' && request.resource === 'pods') return answerPodLog(request, cluster)
  if (request.subresource !== undefined) throw unknownResource()
  return answerRead(request, resource, cluster)
}
