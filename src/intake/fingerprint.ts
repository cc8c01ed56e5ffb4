import { hash } from 'node:crypto'
import { type ResourceRef, refKey } from '#src/domain/resource-ref.ts'
import type { Signal } from '#src/domain/signal.ts'
import { owningWorkload } from './owning-workload.ts'
import { problemClass } from './problem-class.ts'

/** What a signal is compared by. The fields are kept with it, so that a merge can be explained. */
export interface Fingerprint {
  fingerprint: string
  fields: Record<string, string>
}

/**
 * The same for signals that report one problem: cluster, namespace, owning workload, class of the problem; where no
 * object is named, the service that the sender names; a question's own words.
 */
export function fingerprint(signal: Signal): Fingerprint {
  const problem = problemClass(signal)
  const fields: Record<string, string> = {
    cluster: signal.cluster ?? '',
    namespace: signal.namespace ?? signal.resource.namespace ?? '',
    workload: comparable(signal.resource),
    problem,
  }
  if (signal.service && signal.resource.kind === 'Namespace') fields['service'] = signal.service.toLowerCase()
  if (problem === 'question') fields['words'] = wordsOf(signal.message)
  return { fingerprint: digest(JSON.stringify(fields)), fields }
}

/** The name of a pod does not show whether a DaemonSet or a Job made it: the two are taken together. */
function comparable(resource: ResourceRef): string {
  const owner = owningWorkload(resource)
  const either = owner.kind === 'DaemonSet' || owner.kind === 'Job'
  return refKey(either ? { ...owner, kind: 'DaemonSet or Job' } : owner)
}

/** Long questions are compared by a digest, so that the fields stay short. */
function wordsOf(message = ''): string {
  const words = message.toLowerCase().replaceAll(/\s+/g, ' ').trim()
  return words.length <= 200 ? words : `${words.slice(0, 160)} #${digest(words)}`
}

function digest(text: string): string {
  return hash('sha256', text, 'hex').slice(0, 32)
}

/** Reasons of one class that report different things; the rest of a class is reported once. */
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

/** What a signal reports, as a short key: problem class, sort of reason, workload, words of a question. */
export function noveltyOf(signal: Signal, fields: Readonly<Record<string, string>>): string {
  const sort = (signal.reason && steps[signal.reason]) ?? ''
  const parts = [fields['problem'] ?? '', sort, fields['workload'] ?? '', fields['words'] ?? '']
  return parts.join('|').slice(0, 400)
}
