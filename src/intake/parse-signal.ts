import { isClusterScoped } from '../domain/kubernetes/cluster-scoped.ts'
import { z } from 'zod'
import type { Signal } from '../domain/signal.ts'
import { isNamespaceName, isObjectName, kindOf } from './kind-names.ts'
import type { FieldProblem, SignalDraft, SignalSource } from './signal-draft.ts'
import { exportedEvent } from './sources/exported-event.ts'
import { kubernetesEvent } from './sources/kubernetes-event.ts'
import { kubewatchMessage } from './sources/kubewatch-message.ts'
import { routedEvent } from './sources/routed-event.ts'
import { simplePayload } from './sources/simple-payload.ts'

/* A foreign payload becomes a Signal here, or is refused with every field that is wrong. The first source that knows the shape reads it. */

const sources: readonly SignalSource[] = [routedEvent, kubewatchMessage, kubernetesEvent, exportedEvent, simplePayload]

/** All shapes that are understood, the plainest first; for the API's description. */
export const SignalPayload = z
  .union([simplePayload.payload, kubernetesEvent.payload, routedEvent.payload, kubewatchMessage.payload])
  .meta({ id: 'DecideRequest' })

const limits = { event_type: 63, reason: 128, message: 4096 } as const

/** What reading needs of the outside. */
export interface IntakeContext {
  /** ISO; the time of a signal that bears none. */
  now: string
  /** Takes secrets and hostile characters out of a text. */
  clean(text: string): string
}

/** The signal, or why there is none. */
export type IntakeResult = { signal: Signal } | { problems: FieldProblem[] }

/** Reads a payload of any known shape. Pure. */
export function parseSignal(body: unknown, context: IntakeContext): IntakeResult {
  if (!isRecord(body))
    return { problems: [{ path: '', problem: 'the body is no JSON object', allowed: 'a JSON object' }] }
  const source = sources.find((candidate) => candidate.recognizes(body)) ?? simplePayload
  const result = source.read(body)
  return 'problems' in result ? result : toSignal(result.draft, context)
}

function isRecord(body: unknown): body is Record<string, unknown> {
  return typeof body === 'object' && body !== null && !Array.isArray(body)
}

function toSignal(draft: SignalDraft, context: IntakeContext): IntakeResult {
  const kind = draft.kind === undefined ? undefined : kindOf(draft.kind)
  const problems = [...nameProblems(draft, kind), ...missingProblems(draft, kind)]
  if (problems.length > 0) return { problems }
  const subject = subjectOf(draft, kind)
  const text = (field: keyof typeof limits, value: string | undefined) =>
    value === undefined ? undefined : cut(context.clean(value), limits[field])
  const signal: Signal = {
    source: draft.source,
    event_type: text('event_type', draft.event_type),
    namespace: subject.namespace,
    resource: subject.resource,
    reason: text('reason', draft.reason),
    message: text('message', subject.message),
    observed_at: draft.observed_at ?? context.now,
  }
  return { signal }
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

function missingProblems({ namespace, name, paths }: SignalDraft, kind: string | undefined): FieldProblem[] {
  if (kind === 'Namespace') {
    if (namespace && name && namespace !== name)
      return [{ path: paths.name, problem: `names another namespace than ${paths.namespace}`, allowed: namespace }]
    if (namespace || name) return []
  } else if (kind && isClusterScoped(kind)) {
    if (name) return []
    return [{ path: paths.name, problem: 'is missing', allowed: `the name of the ${kind}` }]
  }
  return namespace ? [] : [{ path: paths.namespace, problem: 'is missing', allowed: 'the name of a namespace' }]
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

function cut(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 6)} [cut]`
}
