import { type Answer, jsonAnswer, userName } from './answer.ts'
import { type ApiRequest, fieldAt } from './api.ts'
import type { ServedResource } from './catalog.ts'
import type { Cluster } from './cluster.ts'
import type { FaultList } from './fault.ts'

interface ReviewDependencies {
  cluster: Cluster
  faults: FaultList
}

const readVerbs = ['get', 'list', 'watch']

interface ResourceAttributes {
  namespace?: string
  verb?: string
  group?: string
  resource?: string
  subresource?: string
  name?: string
}

function asRequest(attributes: ResourceAttributes): ApiRequest {
  const { namespace, name, subresource } = attributes
  return {
    method: 'GET',
    path: '',
    query: new URLSearchParams(),
    verb: attributes.verb ?? '',
    group: attributes.group ?? '',
    version: '',
    resource: attributes.resource ?? '',
    ...(subresource === undefined || subresource === '' ? {} : { subresource }),
    ...(namespace === undefined || namespace === '' ? {} : { namespace }),
    ...(name === undefined || name === '' ? {} : { name }),
  }
}

function findResource(cluster: Cluster, request: ApiRequest): ServedResource | undefined {
  return cluster.catalog.resources.find(({ group, name }) => group === request.group && name === request.resource)
}

function mayDo(request: ApiRequest, { cluster, faults }: ReviewDependencies): { allowed: boolean; reason?: string } {
  if (!readVerbs.includes(request.verb)) return { allowed: false, reason: 'this practice cluster is read-only' }
  const resource = findResource(cluster, request)
  if (resource === undefined) return { allowed: false }
  if (!cluster.covers(resource, request)) return { allowed: false, reason: 'not recorded' }
  return { allowed: !faults.wouldStrike('403', request) }
}

/** May the caller do this? Consistent with the refusals that are set and with what was recorded. */
function reviewAccess(body: unknown, dependencies: ReviewDependencies): object {
  const attributes = fieldAt(body, 'spec.resourceAttributes') as ResourceAttributes | undefined
  const verb = fieldAt(body, 'spec.nonResourceAttributes.verb')
  const status = attributes === undefined ? { allowed: verb === 'get' } : mayDo(asRequest(attributes), dependencies)
  return { spec: fieldAt(body, 'spec') ?? {}, status }
}

function ruleOf(resource: ServedResource, namespace: string, dependencies: ReviewDependencies): object | undefined {
  const [plain = '', subresource] = resource.name.split('/')
  const verbs = readVerbs.filter((verb) => resource.verbs.includes(verb))
  const attributes = {
    group: resource.group,
    resource: plain,
    subresource,
    ...(resource.namespaced ? { namespace } : {}),
  }
  const allowed = verbs.filter((verb) => mayDo(asRequest({ ...attributes, verb }), dependencies).allowed)
  return allowed.length === 0 ? undefined : { verbs: allowed, apiGroups: [resource.group], resources: [resource.name] }
}

/** All that the caller may do in a namespace. */
function reviewRules(body: unknown, dependencies: ReviewDependencies): object {
  const asked = fieldAt(body, 'spec.namespace')
  const namespace = typeof asked === 'string' ? asked : 'default'
  const rules = dependencies.cluster.catalog.resources.map((resource) => ruleOf(resource, namespace, dependencies))
  const nonResourceURLs = [
    '/healthz',
    '/livez',
    '/readyz',
    '/version',
    '/version/',
    '/api',
    '/api/*',
    '/apis',
    '/apis/*',
  ]
  return {
    spec: {},
    status: {
      resourceRules: rules.filter((rule) => rule !== undefined),
      nonResourceRules: [{ verbs: ['get'], nonResourceURLs }],
      incomplete: false,
    },
  }
}

/** Answers the reviews that a client asks about itself; undefined where the resource is no review. */
export function answerReview(
  resource: ServedResource,
  body: unknown,
  dependencies: ReviewDependencies,
): Answer | undefined {
  const head = { kind: resource.kind, apiVersion: resource.group_version, metadata: {} }
  if (resource.kind === 'SelfSubjectAccessReview')
    return jsonAnswer(201, { ...head, ...reviewAccess(body, dependencies) })
  if (resource.kind === 'SelfSubjectRulesReview')
    return jsonAnswer(201, { ...head, ...reviewRules(body, dependencies) })
  if (resource.kind === 'SelfSubjectReview')
    return jsonAnswer(201, {
      ...head,
      status: { userInfo: { username: userName, groups: ['system:authenticated'] } },
    })
  return undefined
}
