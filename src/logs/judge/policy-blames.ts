import { refOf } from '#src/domain/cluster-view.ts'
import type { Blame } from '#src/domain/finding.ts'
import { matchesSelector } from '#src/domain/kubernetes/label-selector.ts'
import type { NetworkPolicy, Pod, Service } from '#src/domain/kubernetes/objects.ts'
import type { Situation } from './situation.ts'

const silence = /timed? ?out|deadline exceeded|ETIMEDOUT|no route|EHOSTUNREACH|unreachable/i

/**
 * Network policies through which a call that was met with silence has to go: those that select the caller for egress or the
 * called pods for ingress. Whether one of them denies it, the rules about policies judge.
 */
export function policyBlames({ view, pod }: Situation, service: Service, said: string): Blame[] {
  if (!silence.test(said)) return []
  const called = view.podsOfService(service)
  return view
    .list('NetworkPolicy')
    .filter(
      (policy) => selects(policy, pod, 'Egress') || called.some((candidate) => selects(policy, candidate, 'Ingress')),
    )
    .slice(0, 4)
    .map((policy) => ({
      resource: refOf(policy),
      because: `it stands between the caller and ${service.metadata.name}`,
    }))
}

function selects({ metadata, spec }: NetworkPolicy, pod: Pod, direction: 'Ingress' | 'Egress'): boolean {
  const types = spec?.policyTypes ?? ['Ingress', ...(spec?.egress ? ['Egress'] : [])]
  return (
    metadata.namespace === pod.metadata.namespace &&
    types.includes(direction) &&
    matchesSelector(spec?.podSelector, pod.metadata.labels)
  )
}
