import type { ClusterView } from '#src/domain/cluster-view.ts'
import type { FindingDraft } from '#src/domain/finding.ts'
import { refKey, type ResourceRef } from '#src/domain/resource-ref.ts'
import { judgeAccess } from './judge/access.ts'
import { judgeArguments } from './judge/arguments.ts'
import { complaintOf } from './judge/complaint.ts'
import { judgeConfigValue } from './judge/config-value.ts'
import { decisiveMatch, outsideFamilies } from './judge/decisive-match.ts'
import { judgeDependency } from './judge/dependency.ts'
import { judgeFiles } from './judge/files.ts'
import { judgeLoopback, judgePort } from './judge/listening.ts'
import { judgeLastError, judgeOwnFault } from './judge/own-fault.ts'
import { judgePlatform } from './judge/platform.ts'
import { judgeLiveness, judgeShortStartup } from './judge/probe-kills.ts'
import { judgeCpuStarved, judgeSlowProbe } from './judge/probe-timeouts.ts'
import { judgeRuntimeMemory } from './judge/runtime-memory.ts'
import { judgeMissingSetting } from './judge/setting.ts'
import { type ContainerLogs, type Situation, situationOf } from './judge/situation.ts'
import { judgeWaiting } from './judge/waiting.ts'
import type { SignatureFamily, SignatureMatch } from './signatures/signature.ts'

const maxEvidence = 6

/** Findings of many containers: one per workload, container and mechanism, with every pod that shows it. */
export function judgeLogs(logs: readonly ContainerLogs[], view: ClusterView): FindingDraft[] {
  const byKey = new Map<string, FindingDraft>()
  for (const container of logs) {
    for (const draft of judgeContainer(container, view)) {
      const key = [
        draft.mechanism,
        refKey(draft.resource),
        draft.container,
        ...draft.blames.map((blame) => refKey(blame.resource)),
      ].join('|')
      const known = byKey.get(key)
      byKey.set(key, known ? merge(known, draft) : draft)
    }
  }
  return [...byKey.values()]
}

/** The finding with the higher confidence, with the evidence and the pods of both. */
function merge(left: FindingDraft, right: FindingDraft): FindingDraft {
  const [best, other] = right.confidence > left.confidence ? [right, left] : [left, right]
  return {
    ...best,
    evidence: [...best.evidence, ...other.evidence].slice(0, maxEvidence),
    affects: distinct([...best.affects, ...other.affects]),
  }
}

function distinct(refs: ResourceRef[]): ResourceRef[] {
  return [...new Map(refs.map((ref) => [refKey(ref), ref])).values()]
}

type Judge = (situation: Situation, match: SignatureMatch) => FindingDraft | undefined

const judges: Record<SignatureFamily, Judge> = {
  missing_setting: judgeMissingSetting,
  bad_config: judgeConfigValue,
  bad_arguments: judgeArguments,
  unreachable: judgeDependency,
  unresolved_name: judgeDependency,
  tls: judgeAccess,
  authentication: judgeAccess,
  forbidden: judgeAccess,
  runtime_memory: judgeRuntimeMemory,
  disk_full: judgeFiles,
  permission: judgeFiles,
  file_missing: judgeFiles,
  platform: judgePlatform,
  port_in_use: judgePort,
  migration: judgeOwnFault,
  stuck: judgeOwnFault,
  exhausted: judgeOwnFault,
  panic: judgeOwnFault,
  data_error: judgeOwnFault,
  waiting: judgeWaiting,
}

/**
 * Judges the logs of one container together with its state. A container that is ready gives no finding, unless its log was read
 * because nothing else is wrong and it keeps reporting a fault.
 */
function judgeContainer(logs: ContainerLogs, view: ClusterView): FindingDraft[] {
  const situation = situationOf(logs, view)
  if (!situation) return []
  if (situation.trouble === 'waiting') return present(judgeWaiting(situation))
  if (situation.trouble === 'complaining') return judgeReady(situation)
  const loopback = judgeLoopback(situation)
  if (loopback) return [loopback]
  const match = decisiveMatch(situation)
  // A dependency that does not answer explains a failed probe better than the probe does.
  const isOutside = match !== undefined && outsideFamilies.has(match.signature.family)
  const probe = isOutside ? undefined : judgeProbes(situation)
  if (probe) return [probe]
  if (!match) return present(situation.trouble === 'exited' ? judgeLastError(situation) : judgeWaiting(situation))
  return present(judges[match.signature.family](situation, match) ?? judgeLastError(situation))
}

function judgeProbes(situation: Situation): FindingDraft | undefined {
  const timeout = judgeCpuStarved(situation) ?? judgeSlowProbe(situation)
  if (timeout) return timeout
  const wasKilled = situation.trouble === 'exited' || situation.status.restartCount > 0
  return wasKilled ? (judgeLiveness(situation) ?? judgeShortStartup(situation)) : undefined
}

/** The container is ready: a probe may time out now and then, or the program keeps reporting a fault. */
function judgeReady(situation: Situation): FindingDraft[] {
  const complaint = complaintOf(situation)
  const slow = complaint && outsideFamilies.has(complaint.signature.family) ? undefined : judgeSlowProbe(situation)
  if (slow) return [slow]
  return complaint ? present(judges[complaint.signature.family](situation, complaint)) : []
}

function present(draft: FindingDraft | undefined): FindingDraft[] {
  return draft ? [draft] : []
}
