import { type ClusterView, refOf } from '#src/domain/cluster-view.ts'
import { objectEvidence } from '#src/domain/evidence-draft.ts'
import type { FindingDraft } from '#src/domain/finding.ts'
import type { Service, ServicePort } from '#src/domain/kubernetes/network.ts'
import type { ContainerPort, Pod } from '#src/domain/kubernetes/objects.ts'
import { draftFinding } from '#src/rules/kit/findings.ts'
import { listNames } from '#src/rules/kit/names.ts'
import type { Declarations } from '#src/rules/kit/mechanisms.ts'
import { patchService } from '#src/rules/kit/actions.ts'

export const portMechanisms = {
  service_port_mismatch: {
    title: 'a service sends to a port on which no container listens',
    category: 'network',
    role: 'cause',
    layer: 'wiring',
    detected: 'A port of a Service leads to a port name or number that none of its pods declares.',
    from: ['Service `.spec.ports[].targetPort`', '.spec.containers[].ports'],
    suggests: ['patch_service'],
    limits:
      'A container may listen on a port that it does not declare: a number is less sure than a name, and pods that declare no port are not judged by number.',
  },
} as const satisfies Declarations

/** Ports of a service that lead to a container port that no selected pod declares: a missing name is certain, a number is likely. */
export function portMismatch(view: ClusterView, service: Service, pods: Pod[]): FindingDraft[] {
  const declared = pods.flatMap(portsOf)
  const [sample] = pods
  if (!sample) return []
  return (service.spec.ports ?? []).flatMap((port) => {
    const target = port.targetPort ?? port.port
    const named = typeof target === 'string'
    const known = declared.some((each) =>
      named ? each.name === target && protocolOf(each) === protocolOf(port) : each.containerPort === target,
    )
    if (known || (!named && declared.length === 0)) return []
    return [describe(view, service, { port, target, sample, declared })]
  })
}

/** A name counts only for the protocol that it is declared with. */
function protocolOf({ protocol }: { protocol?: string }): string {
  return protocol ?? 'TCP'
}

function portsOf(pod: Pod): ContainerPort[] {
  const sidecars = (pod.spec.initContainers ?? []).filter((container) => container.restartPolicy === 'Always')
  return [...pod.spec.containers, ...sidecars].flatMap((container) => container.ports ?? [])
}

interface Mismatch {
  port: ServicePort
  target: number | string
  sample: Pod
  declared: ContainerPort[]
}

function describe(view: ClusterView, service: Service, { port, target, sample, declared }: Mismatch): FindingDraft {
  const { name } = service.metadata
  const workload = view.workloadOf(sample)
  const offered = listNames(
    declared.map((each) => {
      const number = protocolOf(each) === 'TCP' ? String(each.containerPort) : `${each.containerPort}/${each.protocol}`
      return each.name ? `${each.name}=${number}` : number
    }),
  )
  const right = likelyPort(port, declared)
  const named = typeof target === 'string'
  const sole = (service.spec.ports ?? []).length === 1
  return draftFinding({
    mechanism: 'service_port_mismatch',
    resource: refOf(service),
    severity: sole ? 'high' : 'medium',
    confidence: named ? 0.95 : 0.75,
    confidence_reason: named
      ? 'a port name that no container declares leads nowhere'
      : 'a container may listen on a port that it does not declare',
    statement: `Service ${name} sends port ${port.port}${protocolOf(port) === 'TCP' ? '' : `/${port.protocol}`} to targetPort ${target}, which no container of ${workload.kind} ${workload.name} declares${offered ? ` (declared: ${offered})` : ''}`,
    evidence: [
      objectEvidence(
        view.snapshot,
        service,
        '.spec.ports',
        `Service ${name}: port ${port.port} -> targetPort ${target}`,
      ),
      objectEvidence(
        view.snapshot,
        sample,
        '.spec.containers[*].ports',
        `Pod ${sample.metadata.name} declares ${offered || 'no ports'}`,
      ),
    ],
    affects: [refOf(service)],
    remedies: [
      patchService(
        refOf(service),
        { port: port.port, ...(right === undefined ? {} : { targetPort: right }) },
        {
          ...(right === undefined
            ? {
                needs: [
                  {
                    param: 'targetPort',
                    ask: `On which port does ${workload.name} serve what clients of ${name} want?`,
                  },
                ],
              }
            : {}),
          reason:
            right === undefined
              ? 'the containers declare other ports'
              : `${right} is the port that the containers declare for it`,
        },
      ),
    ],
  })
}

/** The port of the same name, the same number as the service's own, or the only one there is. */
function likelyPort(port: ServicePort, declared: ContainerPort[]): number | string | undefined {
  const distinct = [...new Map(declared.map((each) => [each.containerPort, each])).values()]
  const byName = distinct.find((each) => each.name !== undefined && each.name === port.name)
  const byNumber = distinct.find((each) => each.containerPort === port.port)
  const match = byName ?? byNumber ?? (distinct.length === 1 ? distinct[0] : undefined)
  return typeof port.targetPort === 'string' ? (match?.name ?? match?.containerPort) : match?.containerPort
}
