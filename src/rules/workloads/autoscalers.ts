import { type ClusterView, refOf } from '#src/domain/cluster-view.ts'
import { eventEvidence, objectEvidence } from '#src/domain/evidence-draft.ts'
import type { FindingDraft } from '#src/domain/finding.ts'
import type { Condition } from '#src/domain/kubernetes/objects.ts'
import type { HorizontalPodAutoscaler } from '#src/domain/kubernetes/workloads.ts'
import type { Remedy } from '#src/domain/action.ts'
import type { ResourceRef } from '#src/domain/resource-ref.ts'
import { conditionOf } from '#src/rules/kit/objects.ts'
import { draftFinding } from '#src/rules/kit/findings.ts'
import { nearName } from '#src/rules/kit/names.ts'
import { defineRule } from '#src/rules/rule.ts'
import { escalate, instruct, patchAutoscaler, patchResources } from '#src/rules/kit/actions.ts'

/** New pods have no metrics yet: a minute of blindness is not a fault. */
const graceMs = 60_000
const scalable = ['Deployment', 'StatefulSet', 'ReplicaSet'] as const

/** Autoscalers that are blind, have no target, or want more than they may have. */
export const autoscalers = defineRule({
  name: 'autoscalers',
  finds: {
    hpa_metrics_unavailable: {
      title: 'an autoscaler cannot read its metrics',
      category: 'autoscaling',
      role: 'cause',
      layer: 'workload',
      detected: 'An autoscaler older than a minute reports ScalingActive False for another reason than zero replicas.',
      from: [
        'HorizontalPodAutoscaler `.status.conditions[type=ScalingActive]`',
        'event of the same reason',
        'APIs that the cluster does not serve (metrics.k8s.io and its kin)',
      ],
      suggests: ['custom_instruction', 'escalate'],
      limits:
        'Why a metrics adapter lacks a metric is not seen. The request of a container that has none is asked for.',
    },
    hpa_target_missing: {
      title: 'the target of an autoscaler does not exist',
      category: 'autoscaling',
      role: 'cause',
      layer: 'environment',
      detected: 'The target of an autoscaler is proved absent.',
      from: ['HorizontalPodAutoscaler `.spec.scaleTargetRef`', 'the list of Deployments, StatefulSets or ReplicaSets'],
      suggests: ['custom_instruction'],
      limits: 'Targets of other kinds are not judged.',
    },
    hpa_at_maximum: {
      title: 'an autoscaler wants more replicas than it may have',
      category: 'autoscaling',
      role: 'cause',
      layer: 'container',
      detected: 'An autoscaler wants more replicas than its maximum and has reached it.',
      from: [
        'HorizontalPodAutoscaler `.status.conditions[type=ScalingLimited]` (TooManyReplicas)',
        '.spec.maxReplicas and .status.currentReplicas',
      ],
      suggests: ['patch_hpa'],
      limits: 'Whether the load is real, and whether nodes and dependencies can handle more, is not judged.',
    },
  },
  find: (view) =>
    view.list('HorizontalPodAutoscaler').flatMap((autoscaler) => {
      if (autoscaler.metadata.deletionTimestamp) return []
      const missing = targetMissing(view, autoscaler)
      return missing.length > 0 ? missing : [...blind(view, autoscaler), ...atMaximum(view, autoscaler)]
    }),
})

function targetOf({ metadata, spec }: HorizontalPodAutoscaler): ResourceRef {
  return { kind: spec.scaleTargetRef.kind, namespace: metadata.namespace, name: spec.scaleTargetRef.name }
}

function targetMissing(view: ClusterView, autoscaler: HorizontalPodAutoscaler): FindingDraft[] {
  const target = targetOf(autoscaler)
  const kind = scalable.find((each) => each === target.kind)
  if (!kind || view.existence(kind, target.namespace, target.name) !== 'absent') return []
  const { name } = autoscaler.metadata
  const others = view.list(kind).filter((each) => each.metadata.namespace === target.namespace)
  const meant = nearName(
    target.name,
    others.map((each) => each.metadata.name),
  )
  return [
    draftFinding({
      mechanism: 'hpa_target_missing',
      resource: refOf(autoscaler),
      severity: 'medium',
      confidence: 0.95,
      confidence_reason: 'all workloads of that kind were seen',
      statement: `HorizontalPodAutoscaler ${name} scales ${target.kind} ${target.name}, which does not exist (not found)${meant ? `; ${target.kind} ${meant} does` : ''}`,
      evidence: [
        objectEvidence(
          view.snapshot,
          autoscaler,
          '.spec.scaleTargetRef',
          `scaleTargetRef: ${target.kind} ${target.name}`,
        ),
      ],
      remedies: [
        instruct(
          refOf(autoscaler),
          'patch_hpa_target',
          meant
            ? `Set scaleTargetRef of HorizontalPodAutoscaler ${name} to ${target.kind} ${meant}, if that is the one it is meant for.`
            : `Let scaleTargetRef of HorizontalPodAutoscaler ${name} name the workload that it is meant for.`,
          {
            reason: 'its target does not exist',
            needs: [{ param: 'scaleTargetRef', ask: `Which workload is ${name} for?` }],
          },
        ),
      ],
    }),
  ]
}

/** ScalingDisabled means that the target is at zero replicas: that is asked elsewhere. */
function blind(view: ClusterView, autoscaler: HorizontalPodAutoscaler): FindingDraft[] {
  const active = conditionOf(autoscaler, 'ScalingActive')
  if (active?.status !== 'False' || active.reason === 'ScalingDisabled') return []
  if ((view.ageOf(autoscaler.metadata.creationTimestamp) ?? graceMs) < graceMs) return []
  const event = view.eventsOf(autoscaler).find((each) => each.reason === active.reason)
  const target = targetOf(autoscaler)
  const { name } = autoscaler.metadata
  const words = active.message ?? active.reason ?? ''
  const cause = causeOf(view, autoscaler, active)
  return [
    draftFinding({
      mechanism: 'hpa_metrics_unavailable',
      resource: refOf(autoscaler),
      severity: 'medium',
      confidence: 0.93,
      confidence_reason: 'the autoscaler itself reports that it cannot scale',
      statement: `HorizontalPodAutoscaler ${name} cannot read its metrics (${active.reason}), so ${target.kind} ${target.name} is not scaled: ${cause.because}`,
      evidence: [
        objectEvidence(
          view.snapshot,
          autoscaler,
          '.status.conditions[?(@.type=="ScalingActive")]',
          `ScalingActive False: ${active.reason} ${words}`,
        ),
        ...(event ? [eventEvidence(event)] : []),
      ],
      affects: [],
      remedies: cause.remedies,
      since: active.lastTransitionTime,
    }),
  ]
}

function causeOf(view: ClusterView, autoscaler: HorizontalPodAutoscaler, active: Condition) {
  const words = active.message ?? ''
  const target = targetOf(autoscaler)
  const [, resource, container] = /missing request for (\S+)(?: in container (\S+))?/.exec(words) ?? []
  if (resource) {
    const where = container ? `container ${container}` : 'the containers'
    return {
      because: `${where} of ${target.kind} ${target.name} ${container ? 'has' : 'have'} no ${resource} request (missing request for ${resource})`,
      remedies: [
        ...(container ? [giveRequest(target, container, resource)] : []),
        instruct(
          target,
          'patch_resources',
          `Give ${where} of ${target.kind} ${target.name} a ${resource} request: utilization is reckoned against it.`,
          {
            reason: `no request, no utilization`,
            needs: [{ param: `requests.${resource}`, ask: `How much ${resource} does ${target.name} need?` }],
          },
        ),
      ],
    }
  }
  if (isApiMissing(view, active)) return metricsApiMissing(view, active)
  const metric = metricOf(active)
  if (metric !== undefined) return metricMissing(view, autoscaler, active, metric)
  return {
    because: words.slice(0, 170),
    remedies: [
      escalate(
        view,
        refOf(autoscaler),
        `Why are the metrics missing? ${words.slice(0, 200)}`,
        'the source of the metrics must be repaired',
      ),
    ],
  }
}

function giveRequest(target: ResourceRef, container: string, resource: string): Remedy {
  return patchResources(
    target,
    { container },
    {
      needs: [{ param: `requests.${resource}`, ask: `How much ${resource} does container ${container} need?` }],
      reason: `utilization is reckoned against the ${resource} request, and there is none`,
    },
  )
}

function isApiMissing(view: ClusterView, active: Condition): boolean {
  const unreached =
    /could not find the requested resource|server is currently unable|no matches for|no (?:custom|external) metrics API|no metrics API/i
  const missing = view.snapshot.missing_apis.some((api) => api.endsWith('metrics.k8s.io') && apiOf(active) === api)
  return missing || unreached.test(active.message ?? '')
}

/** Which metrics API the failed reading needs. */
function apiOf({ reason = '', message = '' }: Condition): string {
  if (/FailedGetExternalMetric/.test(reason) || message.includes('external.metrics')) return 'external.metrics.k8s.io'
  if (/FailedGet(Pods|Object)Metric/.test(reason) || message.includes('custom.metrics')) return 'custom.metrics.k8s.io'
  return 'metrics.k8s.io'
}

/** The custom or external metric that a reading failed for. */
function metricOf({ message = '' }: Condition): string | undefined {
  return /unable to get (?:external )?metric ([^\s:]+)/.exec(message)?.[1]?.replace(/^.*\//, '')
}

/** The API answers and does not know the metric: it is named wrongly, or nobody exports it. */
function metricMissing(view: ClusterView, autoscaler: HorizontalPodAutoscaler, active: Condition, metric: string) {
  const api = apiOf(active)
  const { name } = autoscaler.metadata
  return {
    because: `metric ${metric} is not available from the metrics API ${api}: ${(active.message ?? '').split(': ').at(-1)?.slice(0, 90)}`,
    remedies: [
      escalate(
        view,
        refOf(autoscaler),
        `Why does ${api} not have metric ${metric}? Is it still exported, does the adapter have a rule for it, and is that how HorizontalPodAutoscaler ${name} spells it?`,
        'until the metric is back the replica count stays as it is',
      ),
    ],
  }
}

function metricsApiMissing(view: ClusterView, active: Condition) {
  const api = apiOf(active)
  const metric = metricOf(active)
  const addon = api === 'metrics.k8s.io' ? 'metrics-server' : `the adapter of ${api}`
  return {
    because: `${metric === undefined ? '' : `metric ${metric} needs `}the metrics API ${api} (${addon})${metric === undefined ? '' : ', which'} is not installed or does not answer in the cluster`,
    remedies: [
      instruct(
        { kind: 'Addon', name: api === 'metrics.k8s.io' ? 'metrics-server' : api },
        'install_addon',
        `Install or repair ${addon}, so that the API ${api} answers; autoscalers resume by themselves. Until then the replica count stays as it is.`,
        { reason: `nothing serves ${api}` },
      ),
      escalate(
        view,
        { kind: 'Addon', name: addon },
        `${addon} is missing or down: ${api} does not answer`,
        'add-ons belong to the platform',
        'the platform team',
      ),
    ],
  }
}

function atMaximum(view: ClusterView, autoscaler: HorizontalPodAutoscaler): FindingDraft[] {
  const limited = conditionOf(autoscaler, 'ScalingLimited')
  const { maxReplicas } = autoscaler.spec
  const current = autoscaler.status?.currentReplicas ?? 0
  if (limited?.status !== 'True' || limited.reason !== 'TooManyReplicas' || current < maxReplicas) return []
  const target = targetOf(autoscaler)
  return [
    draftFinding({
      mechanism: 'hpa_at_maximum',
      resource: refOf(autoscaler),
      severity: 'low',
      confidence: 0.85,
      confidence_reason: 'the autoscaler reports that its maximum holds it back',
      statement: `HorizontalPodAutoscaler ${autoscaler.metadata.name} wants more than its maxReplicas ${maxReplicas} for ${target.kind} ${target.name} (TooManyReplicas)`,
      evidence: [
        objectEvidence(
          view.snapshot,
          autoscaler,
          '.status.conditions[?(@.type=="ScalingLimited")]',
          `ScalingLimited True: ${limited.reason}; ${current} of at most ${maxReplicas} replicas`,
        ),
      ],
      remedies: [
        patchAutoscaler(
          refOf(autoscaler),
          { maxReplicas: Math.ceil(maxReplicas * 1.5) },
          {
            reason:
              'half as many more; first make sure that the load is real and that the nodes and dependencies can handle it',
          },
        ),
      ],
    }),
  ]
}
