import type { z } from 'zod'
import { type ActionKind, actionDefinitions, type GuardVerdict, humanKinds, type Risk } from '#src/domain/action.ts'
import type { ResourceRef } from '#src/domain/resource-ref.ts'
import type { Policy } from './policy.ts'

const systemNamespaces: ReadonlySet<string> = new Set(['kube-system', 'kube-public', 'kube-node-lease'])

const untouchableKinds: Readonly<Record<string, string>> = {
  Namespace: 'a namespace is never changed or deleted',
  CustomResourceDefinition: 'definitions of custom resources are never changed or deleted',
  PersistentVolume: 'volumes are never changed or deleted',
  PersistentVolumeClaim: 'volume claims are never changed or deleted',
  Secret: 'secrets are neither read nor written',
  Role: 'permissions are never changed',
  ClusterRole: 'permissions are never changed',
  RoleBinding: 'permissions are never changed',
  ClusterRoleBinding: 'permissions are never changed',
  ServiceAccount: 'identities are never changed',
  ValidatingWebhookConfiguration: 'admission webhooks are never changed',
  MutatingWebhookConfiguration: 'admission webhooks are never changed',
  ValidatingAdmissionPolicy: 'admission policies are never changed',
}

/** What the guard has to know of an action. */
export interface JudgedAction {
  kind: string
  target: ResourceRef
  params: Record<string, unknown>
  risk: Risk
  reversible: boolean
  needs: readonly { param: string }[]
  /** Does a Service send to the target; undefined where it is not known, which counts as yes. */
  service_backed?: boolean
}

/*
 * May this action be taken, and under which conditions: pure, and closed on every doubt. A kind, a target or a parameter that is
 * not known is denied with the reason; no configuration reaches past the hard deny list.
 */

/** The guard's verdict over one action, with every reason for it. */
export function judgeAction(action: JudgedAction, policy: Policy): GuardVerdict {
  if (!isActionKind(action.kind)) return deny([`${action.kind} is no known kind of action`])
  if (humanKinds.has(action.kind)) return { verdict: 'allow', reasons: ['a person carries it out, code never does'] }
  const denials = [
    ...hardDeny(action, policy),
    ...shapeProblems(action, action.kind),
    ...outOfScope(action.kind, action.target, policy),
  ]
  if (denials.length > 0) return deny(denials)
  const conditions = approvalReasons(action, policy)
  if (conditions.length > 0) return { verdict: 'needs_approval', reasons: conditions }
  return { verdict: 'allow', reasons: ['low risk, reversible, and no rule asks for an approval'] }
}

function isActionKind(kind: string): kind is ActionKind {
  return Object.hasOwn(actionDefinitions, kind)
}

function deny(reasons: string[]): GuardVerdict {
  return { verdict: 'deny', reasons }
}

/** Does the kind fit the target, and do the parameters fit the kind? */
function shapeProblems(action: JudgedAction, kind: ActionKind): string[] {
  const { targets, params }: { targets: readonly string[] | undefined; params: z.ZodObject } = actionDefinitions[kind]
  const parsed = params.safeParse(action.params)
  return [
    ...(targets ? [] : [`${kind} has no registered target`]),
    ...(targets && !targets.includes(action.target.kind) ? [`${kind} cannot be done to a ${action.target.kind}`] : []),
    ...(parsed.success
      ? []
      : parsed.error.issues.map((issue) => `${issue.path.join('.') || 'params'}: ${issue.message}`)),
  ]
}

function outOfScope(kind: ActionKind, target: ResourceRef, policy: Policy): string[] {
  const { namespaces, kinds } = policy
  const namespace = target.namespace
  return [
    ...(namespace !== undefined && namespaces.deny.includes(namespace)
      ? [`namespace ${namespace} is denied by policy`]
      : []),
    ...(namespaces.allow.length > 0 && namespace !== undefined && !namespaces.allow.includes(namespace)
      ? [`namespace ${namespace} is not among the allowed ones`]
      : []),
    ...(namespace === undefined && target.kind !== 'Node' && target.kind !== 'Repository'
      ? [`${target.kind} ${target.name} has no namespace`]
      : []),
    ...(kinds.deny.includes(kind) ? [`${kind} is denied by policy`] : []),
    ...(kinds.allow.length > 0 && !kinds.allow.includes(kind) ? [`${kind} is not among the allowed kinds`] : []),
  ]
}

function approvalReasons(action: JudgedAction, policy: Policy): string[] {
  return [
    ...(policy.require_approval ? ['policy: a person approves every change'] : []),
    ...(policy.dry_run ? ['policy: dry run is on, nothing is carried out'] : []),
    ...(action.risk === 'low' ? [] : [`the risk is ${action.risk}`]),
    ...(action.reversible ? [] : ['it cannot be undone']),
    ...action.needs.map((need) => `${need.param} has to be given first`),
  ]
}

/** Why no configuration and no approval may let this through; empty where nothing of the kind speaks against it. */
function hardDeny(action: JudgedAction, policy: Pick<Policy, 'own_namespace'>): string[] {
  const { kind, target, params } = action
  const untouchable = untouchableKinds[target.kind]
  const namespace = target.namespace
  return [
    ...(untouchable ? [untouchable] : []),
    ...(namespace && systemNamespaces.has(namespace) ? [`namespace ${namespace} belongs to the cluster itself`] : []),
    ...(namespace && namespace === policy.own_namespace ? ['this service never changes its own namespace'] : []),
    ...(target.kind === 'Node' && kind !== 'cordon' && kind !== 'uncordon'
      ? ['a node may only be cordoned or uncordoned']
      : []),
    ...(params['force'] === true || params['gracePeriodSeconds'] === 0 ? ['nothing is ever forced'] : []),
    ...(kind === 'patch_probe' && params['remove'] === true ? ['a probe is never removed'] : []),
    ...(kind === 'scale' && params['replicas'] === 0 && action.service_backed !== false
      ? [`${target.name} would have no replica left while a Service may send to it`]
      : []),
  ]
}
