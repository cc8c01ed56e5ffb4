import { createHash } from 'node:crypto'
import type { ServiceEntry } from '#src/domain/catalogue.ts'
import { isClusterScoped } from '#src/domain/kubernetes/kinds.ts'
import type { ResourceRef } from '#src/domain/resource-ref.ts'
import type { Signal } from '#src/domain/signal.ts'
import { isNamespaceName, isObjectName, kindOf } from './kind-names.ts'
import type { ServiceDirectory } from './service-directory.ts'
import type { FieldProblem, SignalDraft } from './signal-source.ts'

/* A draft becomes a signal: names checked, the object looked up by its service where no namespace is given, text cleaned and cut. */

/** What reading needs of the outside. */
export interface IntakeContext {
  /** ISO; the time of a signal without its own time. */
  now: string
  /** Takes secrets and hostile characters out of a text. */
  clean: (text: string) => string
  services: ServiceDirectory
}

const limits = { event_type: 63, reason: 128, message: 4096, alert: 200, service: 128, cluster: 128 } as const
const maxLabels = 64
const maxKeyLength = 64
const maxValueLength = 256
const maxIdentityLength = 200

/** The signal, or every field that is wrong. Pure. */
export function finishDraft(
  draft: SignalDraft,
  context: IntakeContext,
): { signal: Signal } | { problems: FieldProblem[] } {
  const placed = placeByService(draft, context.services)
  const kind = placed.kind === undefined ? undefined : kindOf(placed.kind)
  const problems = [...nameProblems(placed, kind), ...missingProblems(placed, kind)]
  if (problems.length > 0) return { problems }
  const subject = subjectOf(placed, kind)
  const text = (field: keyof typeof limits, value: string | undefined) =>
    value === undefined ? undefined : cut(context.clean(value), limits[field]) || undefined
  const signal: Signal = {
    source: placed.source,
    state: placed.state ?? 'firing',
    event_type: text('event_type', placed.event_type),
    cluster: context.services.foreignCluster(text('cluster', placed.cluster)),
    namespace: subject.namespace,
    resource: subject.resource,
    reason: text('reason', placed.reason),
    message: text('message', subject.message),
    alert: text('alert', placed.alert),
    severity: placed.severity,
    service: text('service', placed.service),
    labels: labelsOf(placed.labels, context),
    alert_key: identity(placed.alert_key),
    delivery_key: identity(placed.delivery_key),
    observed_at: placed.observed_at ?? context.now,
  }
  return { signal }
}

/** An alert that names no namespace is about its service, where operators have said what that is. */
function placeByService(draft: SignalDraft, services: ServiceDirectory): SignalDraft {
  const entry =
    (draft.repository ? services.ofRepository(draft.repository) : undefined) ??
    [...(draft.service ? [draft.service] : []), ...(draft.mentions ?? [])]
      .map((word) => services.find(word))
      .find((found) => found !== undefined)
  if (!entry) return draft
  const service = entry.name
  const kind = draft.kind === undefined ? undefined : kindOf(draft.kind)
  if (draft.namespace || (kind && isClusterScoped(kind) && draft.name)) return { ...draft, service }
  const subject = subjectOfService(entry)
  if (!subject) return { ...draft, service }
  if (kind && draft.name) return { ...draft, service, namespace: subject.namespace ?? subject.name }
  return { ...draft, service, namespace: subject.namespace ?? subject.name, kind: subject.kind, name: subject.name }
}

/** Its workload where it has but one, else its namespace. */
function subjectOfService({ workloads, namespaces }: ServiceEntry): ResourceRef | undefined {
  if (workloads.length === 1) return workloads[0]
  const namespace = namespaces[0] ?? workloads[0]?.namespace
  return namespace ? { kind: 'Namespace', name: namespace } : undefined
}

function nameProblems({ namespace, kind: word, name, paths }: SignalDraft, kind: string | undefined): FieldProblem[] {
  const problems: FieldProblem[] = []
  if (namespace !== undefined && !isNamespaceName(namespace))
    problems.push({
      path: paths.namespace,
      problem: 'is not a name that a namespace could have',
      allowed:
        'a DNS-1123 label: at most 63 lower-case letters, digits and "-", starting and ending with a letter or digit',
    })
  if (word !== undefined && kind === undefined)
    problems.push({
      path: paths.kind,
      problem: 'is not a kind that Kubernetes could have',
      allowed: 'a Kind such as Deployment, Pod or Node, or its usual short word (deploy, pods, no)',
    })
  if (name !== undefined && !isObjectName(kind, name))
    problems.push({
      path: paths.name,
      problem: 'is not a name that such an object could have',
      allowed:
        'a DNS-1123 subdomain: at most 253 lower-case letters, digits, "-" and ".", starting and ending with a letter or digit',
    })
  return problems
}

function missingProblems(draft: SignalDraft, kind: string | undefined): FieldProblem[] {
  const { namespace, name, paths } = draft
  if (kind === 'Namespace') {
    if (namespace && name && namespace !== name)
      return [{ path: paths.name, problem: `names another namespace than ${paths.namespace}`, allowed: namespace }]
    if (namespace || name) return []
  } else if (kind && isClusterScoped(kind)) {
    if (name) return []
    return [{ path: paths.name, problem: 'is missing', allowed: `the name of the ${kind}` }]
  }
  return namespace ? [] : [{ path: paths.namespace, problem: 'is missing', allowed: namespaceHint(draft) }]
}

function namespaceHint({ service, repository }: SignalDraft): string {
  if (repository)
    return 'a namespace for this repository: list it under "repositories" of a service with "namespaces" or "workloads" in configs/services.yaml, or put it into the catalogue for such a service'
  if (service)
    return 'the name of a namespace, or a service of configs/services.yaml: add it there with "namespaces" or "workloads"'
  return 'the name of a namespace, or of a service that configs/services.yaml knows'
}

/** Without a kind or without a name the whole namespace is asked about, and what was said about the object stays in the message. */
function subjectOf(draft: SignalDraft, kind: string | undefined): Pick<Signal, 'namespace' | 'resource' | 'message'> {
  const { name, message } = draft
  const namespace = draft.namespace ?? (kind === 'Namespace' ? name : undefined)
  if (kind && name && kind !== 'Namespace') {
    if (!isClusterScoped(kind)) return { namespace, resource: { kind, namespace, name }, message }
    const asked = draft.source === 'event' ? namespace : undefined
    return { namespace: asked, resource: { kind, name }, message }
  }
  const hint = kind === 'Namespace' ? undefined : (name ?? kind)
  const words = [hint, message].filter((part) => part !== undefined).join(': ')
  return { namespace, resource: { kind: 'Namespace', name: namespace ?? '' }, message: words || undefined }
}

/**
 * A secret is recognised by the name beside it, so pairs are cleaned as pairs: all at once, a line each, for cleaning costs more by the
 * call than by the letter. Where that changes the lines (a key of many lines was masked), each pair is cleaned by itself.
 */
function labelsOf(labels: SignalDraft['labels'], { clean }: IntakeContext): Signal['labels'] {
  const pairs = Object.entries(labels ?? {})
    .filter((pair): pair is [string, string] => pair[0] !== '' && pair[1] !== undefined && pair[1] !== '')
    .slice(0, maxLabels)
    .map(([key, value]) => `${cut(key.replaceAll(/[=\s]+/g, '_'), maxKeyLength)}=${value.replaceAll(/\s+/g, ' ')}`)
  if (pairs.length === 0) return undefined
  const together = clean(pairs.join('\n')).split('\n')
  const lines = together.length === pairs.length ? together : pairs.map((pair) => clean(pair).replaceAll('\n', ' '))
  return Object.fromEntries(lines.map(splitPair))
}

function splitPair(line: string): [key: string, value: string] {
  const at = line.indexOf('=')
  return at < 0
    ? [cut(line, maxKeyLength), '']
    : [cut(line.slice(0, at), maxKeyLength), cut(line.slice(at + 1), maxValueLength)]
}

/** A key is compared, not read: a long or odd one is compared by its digest. */
function identity(key: string | undefined): string | undefined {
  if (key === undefined || /^[\x21-\x7e]{1,200}$/.test(key)) return key
  const digest = createHash('sha256').update(key).digest('hex')
  return `${key.replaceAll(/[^\x21-\x7e]/g, '_').slice(0, maxIdentityLength - 70)}#${digest.slice(0, 64)}`
}

function cut(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 6)} [cut]`
}
