import { z } from 'zod'
import { ResourceRef } from './resource-ref.ts'

/*
 * The closed union of what can be proposed. A parameter that is a field of a Kubernetes object bears that field's own name
 * (`initialDelaySeconds`, `nodeSelector`), so that a reader can hold it against the object; our own words are snake_case.
 */

const Quantities = z.record(z.string(), z.string())
const Toleration = z.object({
  key: z.string(),
  operator: z.enum(['Equal', 'Exists']),
  value: z.string().optional(),
  effect: z.string().optional(),
})

/** Parameters per action kind. */
export const actionParams = {
  rollback: z.object({ to_revision: z.number().int().optional(), to_image: z.string().optional() }),
  restart_rollout: z.object({ after: z.string().optional() }),
  resume_rollout: z.object({}),
  scale: z.object({ replicas: z.number().int().min(0) }),
  set_env: z.object({
    container: z.string(),
    name: z.string(),
    value: z.string().optional(),
    valueFrom: z.object({ kind: z.enum(['Secret', 'ConfigMap']), name: z.string(), key: z.string() }).optional(),
  }),
  set_image: z.object({ container: z.string(), image: z.string().optional() }),
  set_command: z.object({
    container: z.string(),
    command: z.array(z.string()).optional(),
    args: z.array(z.string()).optional(),
  }),
  patch_resources: z.object({
    container: z.string(),
    requests: Quantities.optional(),
    limits: Quantities.optional(),
  }),
  patch_probe: z.object({
    container: z.string(),
    probe: z.enum(['readiness', 'liveness', 'startup']),
    add: z.boolean().optional(),
    remove: z.boolean().optional(),
    port: z.union([z.number().int(), z.string()]).optional(),
    path: z.string().optional(),
    scheme: z.enum(['HTTP', 'HTTPS']).optional(),
    initialDelaySeconds: z.number().int().optional(),
    periodSeconds: z.number().int().optional(),
    timeoutSeconds: z.number().int().optional(),
    failureThreshold: z.number().int().optional(),
  }),
  patch_service: z.object({
    selector: z.record(z.string(), z.string()).optional(),
    port: z.union([z.number().int(), z.string()]).optional(),
    targetPort: z.union([z.number().int(), z.string()]).optional(),
  }),
  patch_scheduling: z.object({
    nodeSelector: z.record(z.string(), z.string().nullable()).optional(),
    toleration: Toleration.optional(),
    topologySpread: z
      .object({
        topologyKey: z.string(),
        nodeTaintsPolicy: z.enum(['Honor', 'Ignore']).optional(),
        whenUnsatisfiable: z.enum(['DoNotSchedule', 'ScheduleAnyway']).optional(),
        maxSkew: z.number().int().optional(),
      })
      .optional(),
  }),
  patch_configmap: z.object({
    key: z.string(),
    add_key: z.string().optional(),
    set: z.record(z.string(), z.string()).optional(),
  }),
  patch_hpa: z.object({
    minReplicas: z.number().int().optional(),
    maxReplicas: z.number().int().optional(),
  }),
  delete_pod: z.object({ after: z.string().optional() }),
  recreate_job: z.object({ after: z.string().optional() }),
  suspend_cronjob: z.object({}),
  unsuspend_cronjob: z.object({}),
  cordon: z.object({}),
  uncordon: z.object({}),
  scale_service: z.object({ service: z.string(), replicas: z.number().int().min(0) }),
  ops_call: z.object({
    service: z.string(),
    operation: z.string(),
    arguments: z.record(z.string(), z.string()),
  }),
  open_pull_request: z.object({ repository: z.string(), change: z.string() }),
  escalate: z.object({ to: z.string().optional(), ask: z.string() }),
  custom_instruction: z.object({ instruction: z.string(), change: z.string().optional() }),
} as const

export type ActionKind = keyof typeof actionParams
/** Every action kind, in the order of the design. */
export const actionKinds = Object.keys(actionParams) as [ActionKind, ...ActionKind[]]

/** Kinds that code never carries out: a person reads them. */
export const humanKinds: ReadonlySet<ActionKind> = new Set(['escalate', 'custom_instruction'])

/** A value that a change needs and nobody here knows: it is asked for, never invented. */
export const ActionNeed = z.object({ param: z.string(), ask: z.string() })
export type ActionNeed = z.infer<typeof ActionNeed>

export const Risk = z.enum(['low', 'medium', 'high'])
export type Risk = z.infer<typeof Risk>

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

/** What every remedy and every recommended action says besides kind and params. */
const RemedyBase = z.object({
  target: ResourceRef,
  /** Parameter name -> id of the evidence that it was derived from. */
  params_from: z.record(z.string(), z.string()).default({}),
  needs: z.array(ActionNeed).default([]),
  reason: z.string(),
  risk: Risk,
  reversible: z.boolean(),
})

type ParamsOf<K extends ActionKind> = z.infer<(typeof actionParams)[K]>

/**
 * A change (or an instruction to a person) that a finding suggests. `params_from` is filled when evidence has ids.
 * A mapped union, so that `kind` tells the compiler which params are there.
 */
export type Remedy = {
  [K in ActionKind]: {
    kind: K
    target: ResourceRef
    params: ParamsOf<K>
    needs?: ActionNeed[]
    reason: string
    risk: Risk
    reversible: boolean
    what_if?: WhatIf
  }
}[ActionKind]

/** A remedy as the decision shows it: judged by the guard, and with its approval. */
export const RecommendedAction = RemedyBase.extend({
  id: z.string(),
  kind: z.enum(actionKinds),
  params: z.record(z.string(), z.unknown()),
  what_if: WhatIf,
  guard: GuardVerdict,
  approval: ApprovalState,
  /** What an approval of it is bound to, 64 hex digits. */
  plan_hash: z.string().optional(),
})
export type RecommendedAction = z.infer<typeof RecommendedAction>
