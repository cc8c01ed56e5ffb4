import type { Container, Probe } from '#src/domain/kubernetes/objects.ts'

/** The three probes of the kubelet. */
export type ProbeKind = 'readiness' | 'liveness' | 'startup'

/** The probe of a container, by kind. */
export function probeOf(spec: Container, kind: ProbeKind): Probe | undefined {
  return { readiness: spec.readinessProbe, liveness: spec.livenessProbe, startup: spec.startupProbe }[kind]
}
