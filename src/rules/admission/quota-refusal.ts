import type { Remedy } from '#src/domain/action.ts'
import { type ClusterView, refOf } from '#src/domain/cluster-view.ts'
import { objectEvidence } from '#src/domain/evidence-draft.ts'
import type { Deployment, HorizontalPodAutoscaler } from '#src/domain/kubernetes/workloads.ts'
import type { ResourceRef } from '#src/domain/resource-ref.ts'
import { type RefusalCause, type RefusalRule, refusedThings } from './refusals.ts'
import { formatBytes, parseQuantity } from '#src/domain/kubernetes/quantity.ts'
import { wantedPods } from '#src/rules/kit/objects.ts'
import type { Declarations } from '#src/rules/kit/mechanisms.ts'
import { instruct, patchAutoscaler, patchResources, scale } from '#src/rules/kit/actions.ts'

export const quotaMechanisms = {
  quota_exceeded: {
    title: 'a resource quota refuses new pods',
    category: 'admission',
    role: 'cause',
    layer: 'config',
    detected:
      'A resource quota refuses pods, the Jobs of a cron job, or only the surge pod of a rollout; or it wants a figure that the pods do not give.',
    from: [
      'event `FailedCreate`: `exceeded quota`, `failed quota: ... must specify`',
      '.status.conditions[type=ReplicaFailure]',
      'ResourceQuota `.status`',
      'Deployment `.spec.strategy`',
    ],
    suggests: ['rollback', 'patch_resources', 'scale', 'custom_instruction'],
    limits:
      'A smaller request is proposed only down to half, where it makes all replicas fit. Whether the namespace may have more its owner decides.',
  },
} as const satisfies Declarations

const leastShare = 0.5

/** What the API server says of a quota: `requests.memory=96Mi`, each in its own list. */
interface QuotaWords {
  quota: string
  resource: string
  requested: string
  used: string
  hard: string
}

/** A resource quota refuses the pods; in a rolling update it may only be the surge pod that does not fit. */
export const quotaRefusal: RefusalRule = ({ view, workload, controller, message }) => {
  const words = parse(message)
  if (!words) return unspecified(message, workload)
  const { quota, resource, requested, used, hard } = words
  const object = view.get('ResourceQuota', workload.namespace, quota)
  const evidence = object
    ? [objectEvidence(view.snapshot, object, '.status', `ResourceQuota ${quota}: ${resource} used ${used} of ${hard}`)]
    : []
  const surge = surgeOf(view, workload, controller.metadata.uid)
  const raise = raiseQuota(workload, words)
  const amounts = `${resource} ${hard} hard, ${used} used, ${requested} requested`
  if (surge) {
    return {
      mechanism: 'quota_exceeded',
      evidence,
      statement: `The rollout of ${workload.kind} ${workload.name} needs a surge pod (maxSurge ${surge.maxSurge}, maxUnavailable ${surge.maxUnavailable}), but ResourceQuota ${quota} is used up (exceeded quota: ${amounts}), so the new ReplicaSet cannot create it`,
      remedies: [patchStrategy(workload), raise],
    }
  }
  return {
    mechanism: 'quota_exceeded',
    evidence,
    statement: `ResourceQuota ${quota} refuses further ${refusedThings(workload)} of ${workload.kind} ${workload.name} (exceeded quota: ${amounts})`,
    remedies: remediesFor(view, workload, words, raise),
  }
}

const first = (list: string): string => list.split(',')[0] ?? ''

function parse(message: string): QuotaWords | undefined {
  const [, quota, requested, used, limited] =
    /exceeded quota: ([^,]+), requested: (.+), used: (.+), limited: ([^\s\]]+)/.exec(message) ?? []
  if (!quota || !requested || !used || !limited) return undefined
  const [resource = '', amount = ''] = first(requested).split('=')
  const of = (list: string): string =>
    list
      .split(',')
      .find((pair) => pair.startsWith(`${resource}=`))
      ?.slice(resource.length + 1) ?? first(list)
  return { quota, resource, requested: amount, used: of(used), hard: of(limited) }
}

/** "failed quota: NAME: must specify limits.cpu for: api": the quota wants a figure that the template does not give. */
function unspecified(message: string, workload: ResourceRef): RefusalCause | undefined {
  const [, quota, missing] = /failed quota: ([^:]+): must specify (.+)$/.exec(message) ?? []
  if (!quota || !missing) return undefined
  return {
    mechanism: 'quota_exceeded',
    statement: `ResourceQuota ${quota} refuses the pods of ${workload.kind} ${workload.name}: they must specify ${missing}`,
    remedies: [
      ...figuresOf(workload, missing),
      instruct(
        workload,
        'patch_resources',
        `Give the containers of ${workload.kind} ${workload.name} what ResourceQuota ${quota} demands: ${missing}; or set defaults by a LimitRange.`,
        {
          reason: 'a quota on these figures admits only pods that name them',
          needs: [{ param: missing, ask: `How much do the containers of ${workload.name} need?` }],
        },
      ),
    ],
  }
}

/** "limits.memory for: api,worker; requests.memory for: api": a change per container, whose figures are asked for. */
function figuresOf(workload: ResourceRef, missing: string): Remedy[] {
  const asked = missing.split(/;\s*/).flatMap((part) => {
    const [, figure, containers] = /^((?:requests|limits)\.\S+) for: (.+)$/.exec(part.trim()) ?? []
    return figure && containers ? containers.split(',').map((name) => ({ container: name.trim(), figure })) : []
  })
  return [...Map.groupBy(asked, ({ container }) => container)].slice(0, 3).map(([container, figures]) =>
    patchResources(
      workload,
      { container },
      {
        needs: figures.map(({ figure }) => ({
          param: figure,
          ask: `${figure} of container ${container}: how much does it need?`,
        })),
        reason: 'the quota on these figures admits only pods that name them',
      },
    ),
  )
}

/** Finished Jobs count until they are cleaned away: history that nobody reads makes room for the next run. */
function clearHistory(workload: ResourceRef, { quota, resource }: QuotaWords): Remedy[] {
  if (workload.kind !== 'CronJob' || !/jobs/.test(resource)) return []
  return [
    instruct(
      workload,
      'patch_cronjob',
      `Finished Jobs count for ResourceQuota ${quota} too: lower successfulJobsHistoryLimit and failedJobsHistoryLimit of CronJob ${workload.name}, or delete finished Jobs that nobody needs.`,
      { reason: 'the history of finished Jobs takes up the quota' },
    ),
  ]
}

function surgeOf(
  view: ClusterView,
  workload: ResourceRef,
  refused: string,
): { maxSurge: string; maxUnavailable: string } | undefined {
  if (workload.kind !== 'Deployment') return undefined
  const deployment: Deployment | undefined = view.get('Deployment', workload.namespace, workload.name)
  const rolling = deployment?.spec.strategy?.rollingUpdate
  if (!deployment || deployment.spec.strategy?.type === 'Recreate') return undefined
  const others = view
    .childrenOf(deployment)
    .filter((child) => child.metadata.uid !== refused)
    .reduce((sum, child) => sum + ((child as { status?: { replicas?: number } }).status?.replicas ?? 0), 0)
  if (others === 0) return undefined
  return { maxSurge: String(rolling?.maxSurge ?? '25%'), maxUnavailable: String(rolling?.maxUnavailable ?? '25%') }
}

function patchStrategy(workload: ResourceRef): Remedy {
  return instruct(
    workload,
    'patch_strategy',
    `Set strategy.rollingUpdate of ${workload.kind} ${workload.name} to maxSurge 0, maxUnavailable 1: an old pod then makes room before a new one is created.`,
    { reason: 'the quota holds the wanted replicas, only not the surge pod on top' },
  )
}

function raiseQuota(workload: ResourceRef, { quota, resource, requested, used, hard }: QuotaWords): Remedy {
  return instruct(
    { kind: 'ResourceQuota', namespace: workload.namespace, name: quota },
    'patch_quota',
    `Raise ${resource} of ResourceQuota ${quota} above ${hard} (used ${used}, each further one takes ${requested}) if the namespace may have more; its owner decides.`,
    { reason: `${resource} is used up` },
  )
}

function sameTarget(target: { kind: string; name: string }, { kind, name }: ResourceRef): boolean {
  return target.kind === kind && target.name === name
}

/** An autoscaler would undo a change of replicas: its own minimum is what asks for more than fits. */
function lowerMinimum(autoscaler: HorizontalPodAutoscaler, running: number): Remedy[] {
  if (running === 0 || (autoscaler.spec.minReplicas ?? 1) <= running) return []
  return [
    patchAutoscaler(
      refOf(autoscaler),
      { minReplicas: running },
      {
        reason: `${running} replicas fit the quota and run; the autoscaler's minimum asks for more, and would undo a change of the replicas themselves`,
      },
    ),
  ]
}

/** A smaller request for all replicas where the arithmetic leaves at least half of it, else fewer replicas, else a larger quota. */
function remediesFor(view: ClusterView, workload: ResourceRef, words: QuotaWords, raise: Remedy): Remedy[] {
  const shrink = shrinkToQuota(view, workload, words)
  const object = view.find(workload)
  const running = object ? view.podsOf(object).filter((pod) => !pod.metadata.deletionTimestamp).length : 0
  const autoscaler = view
    .list('HorizontalPodAutoscaler')
    .find(
      ({ metadata, spec }) => metadata.namespace === workload.namespace && sameTarget(spec.scaleTargetRef, workload),
    )
  if (autoscaler) return [...(shrink ? [shrink] : []), ...lowerMinimum(autoscaler, running), raise]
  const isScalable = workload.kind === 'Deployment' || workload.kind === 'StatefulSet'
  const fewer: Remedy[] =
    running > 0 && isScalable
      ? [
          scale(
            workload,
            { replicas: running },
            { reason: `${running} replicas fit the quota and run; nothing that serves is taken away` },
          ),
        ]
      : []
  const history = clearHistory(workload, words)
  // A job has to be made anew for a smaller request: the quota comes first then.
  if (shrink?.kind === 'custom_instruction') return [raise, shrink, ...history]
  return [...(shrink ? [shrink] : []), ...fewer, raise, ...history]
}

/** The request with which all replicas fit the quota beside what others use of it; undefined where it would fall below half. */
function shrinkToQuota(view: ClusterView, workload: ResourceRef, words: QuotaWords): Remedy | undefined {
  const [, scope, name] = /^(?:(requests|limits)\.)?(cpu|memory|ephemeral-storage)$/.exec(words.resource) ?? []
  const template = view.templateOf(workload)
  const object = view.find(workload)
  const replicas = wantedPods(view, workload) ?? 0
  if (!name || !template || !object || replicas === 0) return undefined
  const field = scope === 'limits' ? 'limits' : 'requests'
  const holders = template.spec.containers.filter((container) => container.resources?.[field]?.[name] !== undefined)
  const [holder] = holders
  const [each, used, hard] = [words.requested, words.used, words.hard].map(parseQuantity)
  if (holders.length !== 1 || !holder || each === undefined || used === undefined || hard === undefined)
    return undefined
  const running = view.podsOf(object).length
  const share = (hard - (used - running * each)) / replicas
  if (share >= each || share < each * leastShare) return undefined
  const amount =
    name === 'cpu' ? `${Math.floor((share * 1000) / 5) * 5}m` : formatBytes(Math.floor(share / 2 ** 23) * 2 ** 23)
  const fit = `${replicas} pods with ${amount} ${name} each fit ${words.resource} ${words.hard} of ResourceQuota ${words.quota}; its owner must know that the program can live with it`
  // The template of a job is fixed once it is made.
  if (workload.kind === 'Job') {
    return instruct(
      workload,
      'recreate_with_resources',
      `Create Job ${workload.name} anew with ${field}.${name} ${amount} for container ${holder.name}.`,
      {
        reason: fit,
        override: { reversible: false, because: 'A Job that is created anew starts from the beginning.' },
      },
    )
  }
  return patchResources(workload, { container: holder.name, [field]: { [name]: amount } }, { reason: fit })
}
