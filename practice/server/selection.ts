import { type ApiObject, type ApiRequest, fieldAt } from './api.ts'
import type { ServedResource } from './catalog.ts'
import type { StoredObject } from './collection.ts'
import { badRequest } from './answer.ts'

type Labels = Record<string, string>

type Requirement = (labels: Labels) => boolean

const setPattern = /^(\S+)\s+(in|notin)\s*\(([^)]*)\)$/

const equalPattern = /^([^\s=!]+)\s*(==|=|!=)\s*([^\s=!]*)$/

const keyPattern = /^(!?)\s*([A-Za-z0-9]([-A-Za-z0-9_./]*[A-Za-z0-9])?)$/

const eventFields = ['kind', 'namespace', 'name', 'uid', 'apiVersion', 'resourceVersion', 'fieldPath']

/** Fields that the real server can select by, beside name and namespace; the value is the path in the object. */
const fieldsByResource: Record<string, Record<string, string>> = {
  '/pods': Object.fromEntries(
    [
      'spec.nodeName',
      'spec.restartPolicy',
      'spec.schedulerName',
      'spec.serviceAccountName',
      'spec.hostNetwork',
      'status.phase',
      'status.podIP',
      'status.nominatedNodeName',
    ].map((path) => [path, path]),
  ),
  '/events': {
    ...Object.fromEntries(eventFields.map((field) => [`involvedObject.${field}`, `involvedObject.${field}`])),
    reason: 'reason',
    reportingComponent: 'reportingComponent',
    source: 'source.component',
    type: 'type',
  },
  'events.k8s.io/events': {
    ...Object.fromEntries(eventFields.map((field) => [`regarding.${field}`, `regarding.${field}`])),
    reason: 'reason',
    reportingController: 'reportingController',
    type: 'type',
  },
  '/nodes': { 'spec.unschedulable': 'spec.unschedulable' },
  '/secrets': { type: 'type' },
  '/namespaces': { 'status.phase': 'status.phase' },
  'apps/replicasets': { 'status.replicas': 'status.replicas' },
  '/replicationcontrollers': { 'status.replicas': 'status.replicas' },
  'batch/jobs': { 'status.successful': 'status.succeeded' },
}

const termPattern = /^([^=!]+)(==|=|!=)(.*)$/

const absentAs: Record<string, string> = {
  'spec.unschedulable': 'false',
  'spec.hostNetwork': 'false',
  'status.successful': '0',
  'status.replicas': '0',
}

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

/** Splits at commas that stand outside parentheses. */
function splitTerms(selector: string): string[] {
  return selector
    .split(/,(?![^(]*\))/)
    .map((term) => term.trim())
    .filter((term) => term !== '')
}

function parseTerm(term: string): Requirement {
  const set = setPattern.exec(term)
  if (set !== null) {
    const [, key = '', operator, list = ''] = set
    const values = new Set(list.split(',').map((value) => value.trim()))
    const wanted = operator === 'in'
    return (labels) => (labels[key] !== undefined && values.has(labels[key])) === wanted
  }
  const equal = equalPattern.exec(term)
  if (equal !== null) {
    const [, key = '', operator, value] = equal
    return operator === '!=' ? (labels) => labels[key] !== value : (labels) => labels[key] === value
  }
  const exists = keyPattern.exec(term)
  if (exists === null)
    throw badRequest(
      `unable to parse requirement: found '${term}', expected: ',', '!', identifier, in, notin, =, ==, !=, or 'end of string'`,
    )
  const [, negated, key = ''] = exists
  return (labels) => (labels[key] === undefined) === (negated === '!')
}

/** A predicate for a label selector, equality and set based; undefined when nothing is selected. */
function parseLabelSelector(selector: string | null): Requirement | undefined {
  if (selector === null || selector.trim() === '') return undefined
  const requirements = splitTerms(selector).map(parseTerm)
  return (labels) => requirements.every((matches) => matches(labels))
}

function valueOf(object: ApiObject, field: string, path: string): string {
  const value = fieldAt(object, path)
  if (typeof value === 'string') return value
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : (absentAs[field] ?? '')
}

function pathOf(resource: ServedResource, field: string): string {
  if (field === 'metadata.name' || (field === 'metadata.namespace' && resource.namespaced)) return field
  const known = fieldsByResource[`${resource.group}/${resource.name}`]
  const path = known?.[field]
  if (path !== undefined) return path
  throw badRequest(
    known !== undefined
      ? `field label not supported: ${field}`
      : `"${field}" is not a known field selector: only "metadata.name"${resource.namespaced ? ', "metadata.namespace"' : ''}`,
  )
}

/** A predicate for a field selector; a field that the real server cannot select by is refused with its words. */
function parseFieldSelector(
  selector: string | null,
  resource: ServedResource,
): ((object: ApiObject) => boolean) | undefined {
  if (selector === null || selector.trim() === '') return undefined
  const requirements = selector.split(',').map((term) => {
    const match = termPattern.exec(term.trim())
    if (match === null) throw badRequest(`invalid selector: '${selector}'; can't understand '${term}'`)
    const [, field = '', operator, value = ''] = match
    const path = pathOf(resource, field)
    return (object: ApiObject) => (valueOf(object, field, path) === value) === (operator !== '!=')
  })
  return (object) => requirements.every((matches) => matches(object))
}
