import type { ClusterView } from '#src/domain/cluster-view.ts'
import type { FindingDraft } from '#src/domain/finding.ts'
import { judgeAccess } from './judge/access.ts'
import { judgeArguments } from './judge/arguments.ts'
import { complaintOf } from './judge/complaint.ts'
import { judgeConfigValue } from './judge/config-value.ts'
import { judgeCpuStarved } from './judge/cpu-starved.ts'
import { decisiveMatch } from './judge/decisive-match.ts'
import { judgeDependency } from './judge/dependency.ts'
import { judgeEnvironment } from './judge/environment.ts'
import { judgeLastWords } from './judge/last-words.ts'
import { judgeLiveness } from './judge/liveness.ts'
import { judgeLoopback } from './judge/loopback.ts'
import { judgeOwnFault } from './judge/own-fault.ts'
import { judgePlatform } from './judge/platform.ts'
import { judgePort } from './judge/ports.ts'
import { judgeRuntimeMemory } from './judge/runtime-memory.ts'
import { judgeSetting } from './judge/setting.ts'
import { judgeShortStartup } from './judge/short-startup.ts'
import { situationOf, type ContainerLogs, type Situation } from './judge/situation.ts'
import { judgeSlowProbe } from './judge/slow-probe.ts'
import { judgeWaiting } from './judge/waiting.ts'
import type { SignatureFamily, SignatureMatch } from './signatures/signature.ts'

/** Of a container that kubernetes holds for well, its log alone speaks. */

type Judge = (situation: Situation, match: SignatureMatch) => FindingDraft | undefined

const judges: Record<SignatureFamily, Judge> = {
  missing_setting: judgeSetting,
  bad_config: judgeConfigValue,
  bad_arguments: judgeArguments,
  unreachable: judgeDependency,
  unresolved_name: judgeDependency,
  tls: judgeAccess,
  authentication: judgeAccess,
  forbidden: judgeAccess,
  runtime_memory: judgeRuntimeMemory,
  disk_full: judgeEnvironment,
  permission: judgeEnvironment,
  file_missing: judgeEnvironment,
  platform: judgePlatform,
  port_in_use: judgePort,
  migration: judgeOwnFault,
  stuck: judgeOwnFault,
  exhausted: judgeOwnFault,
  panic: judgeOwnFault,
  data_error: judgeOwnFault,
  waiting: judgeWaiting,
}

/** What keeps a dependency from answering explains a liveness kill better than the probe does. */
const outside: ReadonlySet<SignatureFamily> = new Set([
  'unreachable',
  'unresolved_name',
  'tls',
  'authentication',
  'forbidden',
])

/**
 * Judges the logs of one container against its own state: what was said by a container that is well now is history and gives
 * nothing, unless its log was read because nothing else is wrong, and it goes on complaining.
 */
export function judgeContainer(logs: ContainerLogs, view: ClusterView): FindingDraft[] {
  const situation = situationOf(logs, view)
  if (!situation) return []
  if (situation.trouble === 'waiting') return present(judgeWaiting(situation))
  if (situation.trouble === 'complaining') return judgeReady(situation)
  const loopback = judgeLoopback(situation)
  if (loopback) return [loopback]
  const match = decisiveMatch(situation)
  const isOutside = match !== undefined && outside.has(match.signature.family)
  const starved = isOutside ? undefined : judgeCpuStarved(situation)
  if (starved) return [starved]
  const wasKilled = situation.trouble === 'exited' || situation.status.restartCount > 0
  const slow = isOutside ? undefined : judgeSlowProbe(situation)
  if (slow) return [slow]
  if (wasKilled && !isOutside) {
    const killed = judgeLiveness(situation) ?? judgeShortStartup(situation)
    if (killed) return [killed]
  }
  if (!match) return present(situation.trouble === 'exited' ? judgeLastWords(situation) : judgeWaiting(situation))
  return present(judges[match.signature.family](situation, match) ?? judgeLastWords(situation))
}

/** Kubernetes holds it for well: a probe that times out now and then, or a complaint that goes on. */
function judgeReady(situation: Situation): FindingDraft[] {
  const complaint = complaintOf(situation)
  const slow = complaint && outside.has(complaint.signature.family) ? undefined : judgeSlowProbe(situation)
  if (slow) return [slow]
  return complaint ? present(judges[complaint.signature.family](situation, complaint)) : []
}

function present(draft: FindingDraft | undefined): FindingDraft[] {
  return draft ? [draft] : []
}
