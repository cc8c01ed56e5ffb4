import type { ClusterView } from '#src/domain/cluster-view.ts'
import type { ClusterEvent } from '#src/domain/kubernetes/event.ts'
import type { Container, Probe } from '#src/domain/kubernetes/objects.ts'
import { crashOf } from '#src/rules/kit/exits.ts'
import { eventsOfContainer } from '#src/rules/kit/messages.ts'
import type { ContainerInstance } from '#src/rules/kit/pods.ts'

/** A probe that fails now, as its newest event tells it. */
export interface ProbeFailure extends ContainerInstance {
  kind: ProbeKind
  probe: Probe
  /** The newest telling event: why the probe fails. */
  event: ClusterEvent
  /** The kubelet's word that it kills the container for it. */
  killing?: ClusterEvent
}

const recentMs = 10 * 60_000
/** What is slow to start gets a probe failure or two on its way; that is no fault. */
const startUpMs = 60_000

/** Probe failures of a container that matter now: its state is bad because of them. */
export function probeFailures(view: ClusterView, instance: ContainerInstance): ProbeFailure[] {
  const events = eventsOfContainer(view, instance)
  return (['readiness', 'liveness', 'startup'] as const).flatMap((kind) => {
    const probe = probeOf(instance.spec, kind)
    const event = events.find((each) => each.reason === 'Unhealthy' && speaksOf(kind, each))
    const killing = events.find(
      (each) => each.reason === 'Killing' && new RegExp(`failed ${kind} probe`, 'i').test(each.message),
    )
    const reported = event ?? killing
    if (!probe || !reported) return []
    const hurts =
      kind === 'readiness' ? isKeptUnready(view, instance, reported) : isKilled(view, instance, kind, reported, killing)
    return hurts ? [{ ...instance, kind, probe, event: reported, ...(killing ? { killing } : {}) }] : []
  })
}

function speaksOf(kind: ProbeKind, event: ClusterEvent): boolean {
  return event.message.toLowerCase().startsWith(`${kind} probe`)
}

/** Repeats are counted late or not at all by the kubelet, so the state decides, and the event must be about this run of the container. */
function isKeptUnready(view: ClusterView, instance: ContainerInstance, event: ClusterEvent): boolean {
  const { status } = instance
  const startedAt = status?.state?.running?.startedAt
  const runs = view.ageOf(startedAt)
  if (!status || status.ready || runs === undefined || runs < startUpMs / 2) return false
  if (crashOf(instance, view)) return false
  return runs > startUpMs || (event.count > 2 && event.last_seen >= (startedAt ?? ''))
}

function isKilled(
  view: ClusterView,
  instance: ContainerInstance,
  kind: ProbeKind,
  event: ClusterEvent,
  killing: ClusterEvent | undefined,
): boolean {
  const age = view.ageOf(event.last_seen > (killing?.last_seen ?? '') ? event.last_seen : killing?.last_seen)
  if (age === undefined || age > recentMs) return false
  if (crashOf(instance, view)) return killing !== undefined || diedOfKill(instance)
  const startedAt = instance.status?.state?.running?.startedAt
  if (startedAt === undefined || event.last_seen < startedAt) return false
  if (kind === 'startup') return instance.status?.started === false && (view.ageOf(startedAt) ?? 0) > startUpMs
  // A container that is about to be killed for the first time.
  return instance.status?.ready !== true && event.count > 1
}

/** Exit codes of a container that was asked, or made, to end. */
function diedOfKill({ status }: ContainerInstance): boolean {
  const code = (status?.state?.terminated ?? status?.lastState?.terminated)?.exitCode
  return code === 0 || code === 137 || code === 143
}

/** The three probes of the kubelet. */
export type ProbeKind = 'readiness' | 'liveness' | 'startup'

/** The probe of a container, by kind. */
export function probeOf(spec: Container, kind: ProbeKind): Probe | undefined {
  return { readiness: spec.readinessProbe, liveness: spec.livenessProbe, startup: spec.startupProbe }[kind]
}
