import { type ClusterView, refOf } from '#src/domain/cluster-view.ts'
import { objectEvidence } from '#src/domain/evidence-draft.ts'
import type { FindingDraft } from '#src/domain/finding.ts'
import type { Service } from '#src/domain/kubernetes/objects.ts'
import type { Severity } from '#src/domain/severity.ts'
import { draftFinding } from '#src/rules/kit/draft-finding.ts'
import { closestWorkload } from './closest-workload.ts'

/** A service whose selector finds neither a pod nor a template; only told where a workload comes close enough to be meant. */
export function selectorMismatch(view: ClusterView, service: Service, severity: Severity): FindingDraft[] {
  const close = closestWorkload(view, service)
  if (!close) return []
  const { name } = service.metadata
  const selector = Object.entries(service.spec.selector ?? {})
  const wanted = selector.map(([key, value]) => `${key}=${value}`).join(', ')
  const differing = selector.filter(([key, value]) => close.labels[key] !== value).map(([key]) => key)
  const borne = differing.map((key) => (close.labels[key] === undefined ? `no ${key}` : `${key}=${close.labels[key]}`))
  const target = view.find(close.workload)
  return [
    draftFinding({
      mechanism: 'service_selector_mismatch',
      resource: refOf(service),
      severity,
      confidence: 0.93,
      confidence_reason: 'no pod and no pod template of the namespace bears these labels, and one workload comes close',
      statement: `Service ${name} selects ${wanted}, but the pods of ${close.workload.kind} ${close.workload.name} are labelled ${borne.join(', ')}, so the selector finds no pod and the Service has no endpoints`,
      evidence: [
        objectEvidence(view.snapshot, service, '.spec.selector', `Service ${name} selects ${wanted}`),
        ...(target
          ? [
              objectEvidence(
                view.snapshot,
                target,
                '.spec.template.metadata.labels',
                `${close.workload.kind} ${close.workload.name} labels its pods ${Object.entries(close.labels)
                  .map(([key, value]) => `${key}=${value}`)
                  .join(', ')}`,
              ),
            ]
          : []),
      ],
      affects: [refOf(service)],
      remedies: [
        {
          kind: 'patch_service',
          target: refOf(service),
          params: { selector: close.selector },
          reason: `these are the labels of the pods of ${close.workload.kind} ${close.workload.name}`,
          risk: 'low',
          reversible: true,
        },
      ],
    }),
  ]
}
