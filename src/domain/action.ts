import { z } from 'zod'
import { ResourceRef } from './resource-ref.ts'

/*
 * The closed union of what can be proposed. A parameter that is a field of a Kubernetes object has that field's own name
 * (`initialDelaySeconds`, `nodeSelector`), so that a reader can compare it with the object; our own parameters are snake_case.
 */

export const Risk = z.enum(['low', 'medium', 'high'])
export type Risk = z.infer<typeof Risk>

const Quantities = z.record(z.string(), z.string())
const PortNameOrNumber = z.union([z.number().int(), z.string()])
const Toleration = z.strictObject({
  key: z.string(),
  operator: z.enum(['Equal', 'Exists']),
  value: z.string().optional(),
  effect: z.string().optional(),
})

const rolledOut = ['Deployment', 'StatefulSet', 'DaemonSet'] as const
/** The template of a Job and the spec of a pod without an owner cannot be changed after creation, so neither is listed. */
const templated = ['Deployment', 'StatefulSet', 'DaemonSet', 'CronJob'] as const
const anyKind = undefined

/**
 * Per kind of action: the kinds of object that it may change (undefined: it is not bound to one), its parameters, its usual risk and
 * whether its inverse is known. A rule overrides risk or reversibility only with a reason.
 */
export const actionDefinitions = {
  rollback: {
    targets: rolledOut,
    params: z.strictObject({ to_revision: z.number().int().optional(), to_image: z.string().optional() }),
    risk: 'medium',
    reversible: true,
  },
  restart_rollout: {
    targets: rolledOut,
    params: z.strictObject({ after: z.string().optional() }),
    risk: 'medium',
    reversible: false,
  },
  resume_rollout: { targets: ['Deployment'], params: z.strictObject({}), risk: 'medium', reversible: true },
  scale: {
    targets: ['Deployment', 'StatefulSet'],
    params: z.strictObject({ replicas: z.number().int().min(0) }),
    risk: 'low',
    reversible: true,
  },
  set_env: {
    targets: templated,
    params: z.strictObject({
      container: z.string(),
      name: z.string(),
      value: z.string().optional(),
      valueFrom: z
        .strictObject({ kind: z.enum(['Secret', 'ConfigMap']), name: z.string(), key: z.string() })
        .optional(),
    }),
    risk: 'low',
    reversible: true,
  },
  set_image: {
    targets: templated,
    params: z.strictObject({ container: z.string(), image: z.string().optional() }),
    risk: 'medium',
    reversible: true,
  },
  set_command: {
    targets: templated,
    params: z.strictObject({
      container: z.string(),
      command: z.array(z.string()).optional(),
      args: z.array(z.string()).optional(),
    }),
    risk: 'medium',
    reversible: true,
  },
  patch_resources: {
    targets: templated,
    params: z.strictObject({
      container: z.string(),
      requests: Quantities.optional(),
      limits: Quantities.optional(),
    }),
    risk: 'medium',
    reversible: true,
  },
  patch_probe: {
    targets: rolledOut,
    params: z.strictObject({
      container: z.string(),
      probe: z.enum(['readiness', 'liveness', 'startup']),
      add: z.boolean().optional(),
      remove: z.boolean().optional(),
      port: PortNameOrNumber.optional(),
      path: z.string().optional(),
      scheme: z.enum(['HTTP', 'HTTPS']).optional(),
      initialDelaySeconds: z.number().int().optional(),
      periodSeconds: z.number().int().optional(),
      timeoutSeconds: z.number().int().optional(),
      failureThreshold: z.number().int().optional(),
    }),
    risk: 'low',
    reversible: true,
  },
  patch_service: {
    targets: ['Service'],
    params: z.strictObject({
      selector: z.record(z.string(), z.string()).optional(),
      port: PortNameOrNumber.optional(),
      targetPort: PortNameOrNumber.optional(),
    }),
    risk: 'low',
    reversible: true,
  },
  patch_scheduling: {
    targets: templated,
    params: z.strictObject({
      nodeSelector: z.record(z.string(), z.string().nullable()).optional(),
      toleration: Toleration.optional(),
      topologySpread: z
        .strictObject({
          topologyKey: z.string(),
          nodeTaintsPolicy: z.enum(['Honor', 'Ignore']).optional(),
          whenUnsatisfiable: z.enum(['DoNotSchedule', 'ScheduleAnyway']).optional(),
          maxSkew: z.number().int().optional(),
        })
        .optional(),
    }),
    risk: 'low',
    reversible: true,
  },
  patch_configmap: {
    targets: ['ConfigMap'],
    params: z.strictObject({
      key: z.string(),
      add_key: z.string().optional(),
      set: z.record(z.string(), z.string()).optional(),
    }),
    risk: 'medium',
    reversible: true,
  },
  patch_hpa: {
    targets: ['HorizontalPodAutoscaler'],
    params: z.strictObject({ minReplicas: z.number().int().optional(), maxReplicas: z.number().int().optional() }),
    risk: 'medium',
    reversible: true,
  },
  delete_pod: {
    targets: ['Pod'],
    params: z.strictObject({ after: z.string().optional() }),
    risk: 'medium',
    reversible: false,
  },
  recreate_job: {
    targets: ['Job'],
    params: z.strictObject({ after: z.string().optional() }),
    risk: 'medium',
    reversible: false,
  },
  suspend_cronjob: { targets: ['CronJob'], params: z.strictObject({}), risk: 'medium', reversible: true },
  unsuspend_cronjob: { targets: ['CronJob'], params: z.strictObject({}), risk: 'medium', reversible: true },
  cordon: { targets: ['Node'], params: z.strictObject({}), risk: 'low', reversible: true },
  uncordon: { targets: ['Node'], params: z.strictObject({}), risk: 'medium', reversible: true },
  scale_service: {
    targets: anyKind,
    params: z.strictObject({ service: z.string(), replicas: z.number().int().min(0) }),
    risk: 'medium',
    reversible: true,
  },
  ops_call: {
    targets: anyKind,
    params: z.strictObject({
      service: z.string(),
      operation: z.string(),
      arguments: z.record(z.string(), z.string()),
    }),
    risk: 'high',
    reversible: false,
  },
  open_pull_request: {
    targets: ['Repository'],
    params: z.strictObject({ repository: z.string(), change: z.string() }),
    risk: 'low',
    reversible: true,
  },
  escalate: {
    targets: anyKind,
    params: z.strictObject({ to: z.string().optional(), ask: z.string() }),
    risk: 'low',
    reversible: true,
  },
  custom_instruction: {
    targets: anyKind,
    params: z.strictObject({ instruction: z.string(), change: z.string().optional() }),
    risk: 'medium',
    reversible: true,
  },
} as const satisfies Record<string, ActionDefinition>

interface ActionDefinition {
  targets: readonly [string, ...string[]] | undefined
  params: z.ZodObject
  risk: Risk
  reversible: boolean
}

export type ActionKind = keyof typeof actionDefinitions
/** Every action kind, in the order of the design. */
export const actionKinds = Object.keys(actionDefinitions) as [ActionKind, ...ActionKind[]]

/** Kinds that code never carries out: a person reads them. */
export const humanKinds: ReadonlySet<ActionKind> = new Set(['escalate', 'custom_instruction'])

/** A value that a change needs and the service does not know: it is asked for, never invented. */
export const ActionNeed = z.object({ param: z.string(), ask: z.string() })
export type ActionNeed = z.infer<typeof ActionNeed>

/** Would the change remove the cause, judged against the snapshot before anyone is asked. */
export const WhatIf = z.object({ would_resolve: z.enum(['yes', 'no', 'unknown']), because: z.string() })
export type WhatIf = z.infer<typeof WhatIf>

export const GuardVerdict = z.object({
  verdict: z.enum(['allow', 'needs_approval', 'deny']),
  reasons: z.array(z.string()),
})
export type GuardVerdict = z.infer<typeof GuardVerdict>

export const ApprovalState = z.object({
  required: z.boolean(),
  status: z.enum(['not_required', 'required', 'pending', 'approved', 'rejected', 'expired']),
  /** Of the approval, once a person has been asked for it. */
  id: z.string().optional(),
  /** Until when it can be answered or, once approved, used; absent once it can be neither. */
  expires_at: z.string().optional(),
})
export type ApprovalState = z.infer<typeof ApprovalState>

type Definitions = typeof actionDefinitions
type TargetKind<K extends ActionKind> = Definitions[K]['targets'] extends readonly [string, ...string[]]
  ? z.ZodEnum<{ [T in Definitions[K]['targets'][number]]: T }>
  : z.ZodString

/** A change by its kind: the object that it is applied to is of a kind that fits, the parameters are those of the kind and no others. */
function member<K extends ActionKind, Rest extends z.ZodRawShape>(kind: K, rest: Rest) {
  const { targets } = actionDefinitions[kind]
  const params: Definitions[K]['params'] = actionDefinitions[kind].params
  const target = targets === undefined ? ResourceRef : ResourceRef.extend({ kind: z.enum(targets) })
  return z.object({
    ...rest,
    kind: z.literal(kind),
    target: target as unknown as z.ZodObject<{
      kind: TargetKind<K>
      namespace: z.ZodOptional<z.ZodString>
      name: z.ZodString
    }>,
    params,
  })
}

/** The union over all kinds, each with the same further fields. */
function actionUnion<Rest extends z.ZodRawShape>(rest: Rest) {
  return z.discriminatedUnion('kind', [
    member('rollback', rest),
    member('restart_rollout', rest),
    member('resume_rollout', rest),
    member('scale', rest),
    member('set_env', rest),
    member('set_image', rest),
    member('set_command', rest),
    member('patch_resources', rest),
    member('patch_probe', rest),
    member('patch_service', rest),
    member('patch_scheduling', rest),
    member('patch_configmap', rest),
    member('patch_hpa', rest),
    member('delete_pod', rest),
    member('recreate_job', rest),
    member('suspend_cronjob', rest),
    member('unsuspend_cronjob', rest),
    member('cordon', rest),
    member('uncordon', rest),
    member('scale_service', rest),
    member('ops_call', rest),
    member('open_pull_request', rest),
    member('escalate', rest),
    member('custom_instruction', rest),
  ])
}

/** A change: its kind, the object that it is applied to, and its parameters. What guard, approvals and executors are given. */
export const Action = actionUnion({})
export type Action = z.infer<typeof Action>

export type ActionParams<K extends ActionKind> = z.infer<Definitions[K]['params']>

/**
 * A change (or an instruction to a person) that a finding suggests. Whether its target is of a kind that fits is for the guard to say:
 * a rule knows a workload only as "what owns these pods".
 */
export type Remedy = {
  [K in ActionKind]: {
    kind: K
    target: ResourceRef
    params: ActionParams<K>
    needs?: ActionNeed[]
    reason: string
    risk: Risk
    reversible: boolean
    what_if?: WhatIf
  }
}[ActionKind]

const explained = {
  /** Parameter name -> id of the evidence that it was derived from. */
  params_from: z.record(z.string(), z.string()).default({}),
  needs: z.array(ActionNeed).default([]),
  reason: z.string(),
  risk: Risk,
  reversible: z.boolean(),
  what_if: WhatIf,
}

const judged = {
  ...explained,
  id: z.string(),
  guard: GuardVerdict,
  /** What an approval of it is bound to, 64 hex digits. */
  plan_hash: z.string().optional(),
}

/** A remedy that is put before the guard, with what it would do and where its parameters come from. */
export const ProposedAction = z.object({
  ...explained,
  kind: z.enum(actionKinds),
  target: ResourceRef,
  params: z.record(z.string(), z.unknown()),
  /** The finding whose remedy it is. */
  finding: z.string(),
})
export type ProposedAction = z.infer<typeof ProposedAction>

/** An action as it was when a person was asked for an approval. */
export const PlannedAction = actionUnion(judged).meta({ id: 'PlannedAction' })
export type PlannedAction = z.infer<typeof PlannedAction>

/** An action as the decision shows it: judged by the guard, and with its approval. */
export const RecommendedAction = actionUnion({ ...judged, approval: ApprovalState }).meta({ id: 'RecommendedAction' })
export type RecommendedAction = z.infer<typeof RecommendedAction>
