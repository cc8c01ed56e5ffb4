import type { ClusterView } from '#src/domain/cluster-view.ts'
import type { ContainerState } from '#src/domain/kubernetes/objects.ts'
import { type ContainerInstance, statusPath } from './pods.ts'

/** A container that ends though it should not, now: whether it waits for its restart, has just ended or runs for a moment. */
export interface Crash {
  terminated: NonNullable<ContainerState['terminated']>
  restarts: number
  /** What the kubelet shows at this moment. */
  shown: string
  /** Path of the status field that tells the end. */
  path: string
}

const recentMs = 10 * 60_000

/** Does this container keep ending? `state`, `lastState` and `restartCount` are read together; one that recovered is none. */
export function crashOf(instance: ContainerInstance, view: ClusterView): Crash | undefined {
  const { status } = instance
  if (!status) return undefined
  const { state, lastState } = status
  const last = lastState?.terminated
  const crash = (terminated: Crash['terminated'], shown: string, field: string): Crash => ({
    terminated,
    restarts: status.restartCount,
    shown,
    path: statusPath(instance, `${field}.terminated`),
  })
  if (state?.terminated) {
    return isBadEnd(instance, state.terminated, status.restartCount)
      ? crash(state.terminated, state.terminated.reason ?? 'terminated', 'state')
      : undefined
  }
  if (!last || !isBadEnd(instance, last, status.restartCount)) return undefined
  if (state?.waiting) return crash(last, state.waiting.reason ?? 'waiting', 'lastState')
  if (state?.running && isStillFailing(instance, last, view)) return crash(last, 'running again', 'lastState')
  return undefined
}

function isStillFailing({ status }: ContainerInstance, last: Crash['terminated'], view: ClusterView): boolean {
  const sinceEnd = view.ageOf(last.finishedAt)
  if (sinceEnd === undefined || sinceEnd > recentMs) return false
  const running = view.ageOf(status?.state?.running?.startedAt) ?? 0
  if (!status?.ready) return true
  const ran = runLength(last)
  // Ready and up for clearly longer than it lived last time: over. After a single restart a shorter proof will do.
  return running < Math.max((status.restartCount ?? 0) > 1 ? 120_000 : 30_000, 2 * ran)
}

function runLength({ startedAt, finishedAt }: Crash['terminated']): number {
  const length = Date.parse(finishedAt ?? '') - Date.parse(startedAt ?? '')
  return Number.isNaN(length) ? 0 : length
}

/** Did it end though it should not? Exit 0 is a crash only of something that is meant to run for ever, and that the kubelet did not end for an eviction. */
export function isBadEnd(
  { pod, role }: ContainerInstance,
  end: NonNullable<ContainerState['terminated']>,
  restarts: number,
): boolean {
  if (end.exitCode !== 0) return true
  const forever = role === 'sidecar' || (role === 'app' && (pod.spec.restartPolicy ?? 'Always') === 'Always')
  return forever && restarts > 0
}

const startupMs = 60_000

/** A container that keeps exiting, or has been up for a minute and is not ready: what is odd about it may matter. */
export function isUnstable(view: ClusterView, instance: ContainerInstance): boolean {
  const { status } = instance
  if (crashOf(instance, view)) return true
  const up = view.ageOf(status?.state?.running?.startedAt)
  return instance.role !== 'init' && status?.ready === false && up !== undefined && up > startupMs
}

type Termination = NonNullable<ContainerState['terminated']>

const signalNames: Record<number, string> = {
  1: 'SIGHUP',
  2: 'SIGINT',
  3: 'SIGQUIT',
  4: 'SIGILL: illegal instruction',
  6: 'SIGABRT: the program aborted itself',
  7: 'SIGBUS',
  8: 'SIGFPE',
  9: 'SIGKILL',
  11: 'SIGSEGV: segmentation fault',
  13: 'SIGPIPE',
  15: 'SIGTERM',
}
const exitCodes: Record<number, string> = {
  0: 'Completed: it ends by itself',
  1: 'an error of its own',
  2: 'usage error, or an uncaught panic',
  64: 'usage error',
  65: 'bad input',
  66: 'input missing',
  69: 'a service it needs is unavailable',
  70: 'internal error',
  73: 'cannot create output',
  74: 'input or output error',
  75: 'temporary failure',
  77: 'permission denied',
  78: 'configuration error',
  126: 'the command cannot be executed',
  127: 'command not found',
  128: 'the container could not be started',
  255: 'an error of its own, status -1',
}

/** How a container ended, for people: `exit code 137 (OOMKilled)`, `exit code 139 (SIGSEGV: segmentation fault)`. */
export function readExit(terminated: Termination): string {
  const { exitCode, reason } = terminated
  const special = reason && !['Error', 'Completed'].includes(reason) ? reason : undefined
  const signal = signalNames[terminated.signal ?? (exitCode > 128 ? exitCode - 128 : 0)]
  const meaning = special ?? exitCodes[exitCode] ?? signal
  return meaning ? `exit code ${exitCode} (${meaning})` : `exit code ${exitCode}`
}
