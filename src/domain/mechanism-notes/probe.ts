import type { MechanismNotes } from './mechanism-note.ts'

/** Probes that fail, and probes that are wrong themselves. */
export const probeNotes = {
  readiness_failing: {
    detected:
      'A container runs for half a minute or longer without being ready, does not crash, and the kubelet reports its readiness probe; or it is ready at the moment and loses readiness again and again.',
    from: [
      'event `Unhealthy` (Readiness probe)',
      '.status.containerStatuses[].ready',
      '.status.conditions[type=Ready].lastTransitionTime',
      '.spec.containers[].readinessProbe',
    ],
    suggests: ['rollback', 'escalate'],
    limits:
      'The kubelet counts repeats late or not at all, so the state decides; a failure or two at the start is none.',
  },
  liveness_killing: {
    detected:
      'The kubelet kills a container for its liveness probe, or is about to; the event is at most ten minutes old.',
    from: [
      'events `Unhealthy` (Liveness probe) and `Killing`',
      '.status.containerStatuses[].lastState.terminated.exitCode',
      '.spec.containers[].livenessProbe',
    ],
    suggests: ['rollback', 'escalate'],
    limits: 'Whether probe or program is wrong is said by other findings. A probe is never taken away.',
  },
  startup_probe_failing: {
    detected: 'The startup probe of a container fails and it has not started after a minute, or it is killed for that.',
    from: [
      'events `Unhealthy` (Startup probe) and `Killing`',
      '.status.containerStatuses[].started',
      '.spec.containers[].startupProbe',
    ],
    suggests: ['rollback', 'escalate'],
  },
  probe_misconfigured: {
    detected:
      'A failing probe asks a port name or number that the container does not declare, the wrong scheme, a path that answers 400, 401, 403, 404, 405 or 410, a program that the image lacks, or a gRPC service that the server does not know.',
    from: [
      '.spec.containers[].readinessProbe, livenessProbe, startupProbe and ports',
      'event `Unhealthy`: `connection refused`, `statuscode:`, `HTTP response to HTTPS client`, `executable file not found`',
      'ports that a Service or the other probes use',
    ],
    suggests: ['rollback', 'patch_probe', 'custom_instruction'],
    limits:
      'A container may listen on a port that it does not declare, and a path may have been lost by the program: confidence is lower there. What nobody declares is asked for.',
  },
  liveness_too_aggressive: {
    detected:
      'The liveness probe kills a container before it can have started: without a startup probe each run ends in the time that the probe grants, with the port still closed or before the log says that it serves.',
    from: [
      '.spec.containers[].livenessProbe (initialDelaySeconds, periodSeconds, failureThreshold)',
      'events `Killing` and `Unhealthy`: `connection refused`',
      'length of the last run',
      'log or settings: how long a start takes',
    ],
    suggests: ['patch_probe'],
    limits: 'How long a start takes is often not told: then a generous time is proposed, or it is asked for.',
  },
  probe_timeout_too_short: {
    detected:
      "The program's own log times its health endpoint at or above what the probe waits, and events tell that the probe timed out.",
    from: [
      '.spec.containers[].livenessProbe, readinessProbe, startupProbe (timeoutSeconds, httpGet.path)',
      'events `Unhealthy`: `context deadline exceeded`, `Client.Timeout`',
      'log: access and request lines with path and time, `health check took 1.8s`',
    ],
    suggests: ['patch_probe', 'escalate'],
    limits:
      'A program that does not time its requests, or that is slow beyond 30 s, is not judged so; why the answer is slow is not told.',
  },
  startup_probe_too_short: {
    detected:
      'The startup probe gives up while the port is still closed, and each run lives no longer than the probe grants; or the program says that it needs longer.',
    from: [
      '.spec.containers[].startupProbe',
      'events `Killing` (failed startup probe) and `Unhealthy`: `connection refused`',
      'length of the last run',
      'log or settings: how long a start takes',
    ],
    suggests: ['patch_probe'],
    limits: 'A program that would never come up looks alike until its log is read; any specific cause ranks higher.',
  },
  readiness_gate_unmet: {
    detected:
      'All containers of a pod have been ready for two minutes, the pod is not, and a condition that its readiness gates name is not True.',
    from: ['.spec.readinessGates', '.status.conditions of the pod'],
    suggests: ['escalate'],
    limits: 'The controller behind a gate (mostly of a load balancer) is not looked for.',
  },
} as const satisfies MechanismNotes
