import { type ClusterView, refOf } from '#src/domain/cluster-view.ts'
import { objectEvidence } from '#src/domain/evidence-draft.ts'
import type { ApiService } from '#src/domain/kubernetes/cluster.ts'
import type { ResourceRef } from '#src/domain/resource-ref.ts'
import { draftFinding } from '#src/rules/kit/findings.ts'
import { conditionOf } from '#src/rules/kit/objects.ts'
import { defineRule } from '#src/rules/rule.ts'
import { escalate } from '#src/rules/kit/actions.ts'

/** Registered APIs that do not answer, among those that an autoscaler or a deletion waits for. */
export const unavailableApis = defineRule({
  name: 'unavailable-apis',
  finds: {
    api_unavailable: {
      title: 'an API that a Service of the cluster serves does not answer',
      category: 'node',
      role: 'cause',
      layer: 'platform',
      detected:
        'The registration of an API that an autoscaler or the deletion of a namespace waits for says that it is not available.',
      from: [
        'APIService `.status.conditions[type=Available]` and `.spec.service`',
        'the messages of autoscalers and namespaces that name the API',
      ],
      suggests: ['escalate'],
      limits: 'The pods behind the API are not looked into.',
    },
  },
  find: (view) =>
    view.list('APIService').flatMap((api) => {
      const available = conditionOf(api, 'Available')
      if (!available || available.status === 'True') return []
      const { name } = api.metadata
      const { service } = api.spec ?? {}
      const backend = service ? ` through Service ${service.name} in namespace ${service.namespace}` : ''
      const words = `${available.reason ?? 'no reason'}: ${available.message ?? ''}`
      return [
        draftFinding({
          mechanism: 'api_unavailable',
          resource: refOf(api),
          severity: 'medium',
          confidence: 0.95,
          confidence_reason: 'the API server itself reports that it cannot reach the API',
          statement: `APIService ${name}, served${backend}, is not available (${words})`,
          evidence: [
            objectEvidence(
              view.snapshot,
              api,
              '.status.conditions[?(@.type=="Available")]',
              `APIService ${name}: Available ${available.status}, ${words}`,
            ),
          ],
          affects: waiting(view, api),
          remedies: [
            escalate(
              view,
              service?.name ? { kind: 'Service', namespace: service.namespace, name: service.name } : refOf(api),
              `Bring the API ${name} back${backend}: ${words}. Do not remove its registration while something needs it.`,
              'what needs this API waits until it answers',
              'the platform team',
            ),
          ],
          since: available.lastTransitionTime,
        }),
      ]
    }),
})

/** Whose own words name the API. */
function waiting(view: ClusterView, { spec }: ApiService): ResourceRef[] {
  const group = spec?.group ?? ''
  const blind = view.list('HorizontalPodAutoscaler').filter((autoscaler) => {
    const active = conditionOf(autoscaler, 'ScalingActive')
    return active?.status === 'False' && (active.message ?? '').includes(group)
  })
  const stuck = view
    .list('Namespace')
    .filter(({ status }) =>
      (status?.conditions ?? []).some(
        ({ type, message = '' }) => type === 'NamespaceDeletionDiscoveryFailure' && message.includes(group),
      ),
    )
  return group === '' ? [] : [...blind, ...stuck].map(refOf)
}
