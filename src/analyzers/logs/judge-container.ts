import type { ClusterView } from '../../domain/cluster-view.ts'
import type { FindingDraft } from '../../domain/finding.ts'
import { judgeAccess } from './judge/access.ts'
import { judgeArguments } from './judge/arguments.ts'
import { judgeConfigValue } from './judge/config-value.ts'
import { decisiveMatch } from './judge/decisive-match.ts'
import { judgeDependency } from './judge/dependency.ts'
import { judgeEnvironment } from './judge/environment.ts'
import { judgeLastWords } from './judge/last-words.ts'
import { judgeLiveness } from './judge/liveness.ts'
import { judgeLoopback } from './judge/loopback.ts'
import { ongoingFailure } from './judge/ongoing-failure.ts'
import { judgeOwnFault } from './judge/own-fault.ts'
import { judgePort } from './judge/ports.ts'
import { judgeSetting } from './judge/setting.ts'
import { judgeShortStartup } from './judge/short-startup.ts'
import { situationOf, type ContainerLogs, type Situation } from './judge/situation.ts'
import { judgeSlowProbe } from './judge/slow-probe.ts'
import { judgeWaiting } from './judge/waiting.ts'
import type { SignatureFamily, SignatureMatch } from './signatures/signature.ts'

/** Of a container that kubernetes holds for well, its log alone speaks. */
const mostSure = 0.8

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
  runtime_memory: judgeEnvironment,
  disk_full: judgeEnvironment,
  permission: judgeEnvironment,
  file_missing: judgeEnvironment,
  platform: judgeEnvironment,
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
 * Judges the logs of one container against its own state: of one that is ready only what it fails at now counts, the rest is
 * history.
 */
export function judgeContainer(logs: ContainerLogs, view: ClusterView): FindingDraft[] {
  const situation = situationOf(logs, view)
  if (!situation) return []
  if (situation.trouble === 'waiting') return present(judgeWaiting(situation))
  if (situation.trouble === 'failing') return judgeReady(situation)
  const loopback = judgeLoopback(situation)
  if (loopback) return [loopback]
  const match = decisiveMatch(situation)
  const wasKilled = situation.trouble === 'exited' || situation.status.restartCount > 0
  if (!match || !outside.has(match.signature.family)) {
    const slow = judgeSlowProbe(situation)
    if (slow) return [slow]
  }
  if (wasKilled && (!match || !outside.has(match.signature.family))) {
    const killed = judgeLiveness(situation) ?? judgeShortStartup(situation)
    if (killed) return [killed]
  }
  if (!match) return present(situation.trouble === 'exited' ? judgeLastWords(situation) : judgeWaiting(situation))
  return present(judges[match.signature.family](situation, match) ?? judgeLastWords(situation))
}

/** Kubernetes holds it for well: a probe that times out now and then, or a failure that goes on. */
function judgeReady(situation: Situation): FindingDraft[] {
  const match = ongoingFailure(situation)
  if (!match || !outside.has(match.signature.family)) {
    const slow = judgeSlowProbe(situation)
    if (slow) return [slow]
  }
  const draft = match && judges[match.signature.family](situation, match)
  if (!draft) return []
  const confidence = Math.min(draft.confidence, mostSure)
  return [
    { ...draft, confidence, confidence_reason: `${draft.confidence_reason}; it is ready, and fails again and again` },
  ]
}

function present(draft: FindingDraft | undefined): FindingDraft[] {
  return draft ? [draft] : []
}
