import type { Signal } from '#src/domain/signal.ts'

/** Reasons of one class that tell of different things; the rest of a class is told once. */
const steps: Readonly<Record<string, string>> = {
  OOMKilled: 'memory',
  OOMKilling: 'memory',
  CreateContainerError: 'start',
  RunContainerError: 'start',
  StartError: 'start',
  ContainerCannotRun: 'start',
  FailedPostStartHook: 'hook',
  FailedPreStopHook: 'hook',
  PostStartHookError: 'hook',
  SystemOOM: 'memory',
  NodeHasInsufficientMemory: 'memory',
  NodeHasDiskPressure: 'disk',
  FreeDiskSpaceFailed: 'disk',
  ImageGCFailed: 'disk',
  NodeHasInsufficientPID: 'processes',
}

/** What a signal tells, as a short key: problem class, sort of reason, workload, words of a question. */
export function noveltyOf(signal: Signal, fields: Readonly<Record<string, string>>): string {
  const sort = (signal.reason && steps[signal.reason]) ?? ''
  const parts = [fields['problem'] ?? '', sort, fields['workload'] ?? '', fields['words'] ?? '']
  return parts.join('|').slice(0, 400)
}
