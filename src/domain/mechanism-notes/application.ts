import type { MechanismNotes } from './mechanism-note.ts'

/** What containers and programs do: the symptoms that the kubelet shows, and what programs say at their end. */
export const applicationNotes = {
  container_crash: {
    detected:
      'A container waits for its restart or has just ended though it should run, or it runs again and ended badly within the last ten minutes, or dies at a steady pace, at least once in an hour. Exit code 0 counts only for what is meant to run for ever.',
    from: [
      '.status.containerStatuses[].state',
      '.status.containerStatuses[].lastState.terminated (exitCode, signal, reason)',
      '.status.containerStatuses[].restartCount',
      '.status.containerStatuses[].lastState.terminated.message (the termination message)',
      'event `BackOff`',
    ],
    suggests: ['rollback', 'escalate'],
    limits:
      'Tells how it ends; why, only as far as the program wrote a termination message. The log tells more. A container that is ready and has outlived its last run clearly counts as recovered.',
  },
  container_not_ready: {
    detected:
      'A container has run for more than a minute without being ready, or all containers of a pod have hung in ContainerCreating or PodInitializing for two minutes.',
    from: [
      '.status.containerStatuses[].ready',
      '.status.containerStatuses[].state.running.startedAt',
      '.status.containerStatuses[].state.waiting.reason',
      'the newest warning of the pod, or `Pulling` without `Pulled`',
    ],
    suggests: ['rollback', 'escalate'],
    limits: 'The state does not tell the reason.',
  },
  container_create_failed: {
    detected:
      'The kubelet or the runtime reports that it cannot create or start the container, and the container does not run.',
    from: [
      '.status.containerStatuses[].state.waiting.reason (CreateContainerConfigError, CreateContainerError, RunContainerError, PostStartHookError and their like)',
      '.status.containerStatuses[].lastState.terminated.reason (StartError, ContainerCannotRun)',
      'the message beside that reason',
    ],
    suggests: ['rollback', 'escalate'],
    limits: 'The specific cause (a missing reference, a bad command, a security context) is a finding of its own.',
  },
  application_error: {
    detected:
      'A container that keeps ending says why as an error of its own: its last fatal or error line, memory that its runtime may not take, too many open files, a rate limit, a lost lease, or input that it cannot take.',
    from: [
      'log: the last line of level fatal or error',
      'log: `OutOfMemoryError`, `JavaScript heap out of memory`, `too many open files`, `429`, `leader election lost`, a row or record that is not valid',
    ],
    suggests: ['rollback', 'escalate'],
    limits:
      'A last line that fits no known wording is quoted with little confidence, and with even less where a healthy pod of the same workload says the same.',
  },
  application_panic: {
    detected:
      'The log of a failing container holds a panic, an uncaught exception or a stack trace; the place is the first frame that belongs to no runtime, framework or library.',
    from: [
      'log: `panic:`, `Traceback`, `Exception in thread`, `Unhandled exception`, `panicked at`, `PHP Fatal error`, `Segmentation fault`',
      'log: the frames of the stack trace',
    ],
    suggests: ['rollback', 'escalate'],
    limits:
      'An exception that only wraps another error (a refused connection, a missing setting) gives way to that error. Without a printed frame the place is not known.',
  },
  application_hang: {
    detected:
      'The kubelet kills a container for its liveness probe although the log says that it had started, and the probe timed out or got a server error; or the log speaks of a lock, a deadlock or an exhausted pool.',
    from: [
      'events `Killing` (failed liveness probe) and `Unhealthy` of the last 15 minutes',
      'log: `listening on`, `Started`, `ready to accept` and their like',
      'log: `deadlock`, `waiting for lock`, `pool exhausted`, `WORKER TIMEOUT` and their like',
    ],
    suggests: ['rollback', 'escalate'],
    limits: 'A program that hangs in silence and has no liveness probe shows only as not ready.',
  },
  migration_failed: {
    detected:
      'The decisive line of a failing container tells of a failed or pending migration, or of a table or column that does not exist.',
    from: [
      'log: `relation "..." does not exist`, `no such table`, `Table ... doesn\'t exist`',
      'log: the wording of Flyway, Liquibase, Alembic, Prisma, Rails, Django, golang-migrate',
    ],
    suggests: ['rollback', 'escalate'],
    limits: 'Whether the schema or the program is too old is not told.',
  },
  init_container_failed: {
    detected: 'An init container ends with an error and is tried again, so the other containers do not start.',
    from: ['.status.initContainerStatuses[].state', '.status.initContainerStatuses[].lastState.terminated'],
    suggests: ['rollback', 'escalate'],
    limits: 'Why it fails stands in its log.',
  },
  init_container_waiting: {
    detected:
      'An init container has run for more than a minute (half a minute where its log names the host) and does not end. What it waits for is read from its command or its log.',
    from: [
      '.status.initContainerStatuses[].state.running.startedAt',
      '.spec.initContainers[].command, args and the variables they use',
      'the ready pods behind the Service that is waited for',
      'log: `waiting for HOST:PORT` and its like',
    ],
    suggests: ['rollback', 'escalate'],
    limits:
      'A long but honest job (a restore, a download) looks alike. Where the awaited Service does not exist, service_missing is said as well.',
  },
} as const satisfies MechanismNotes
