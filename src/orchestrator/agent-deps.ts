import type { AgentDeps } from '#agents/run-agent.ts'
import type { CaseFile } from './case-file.ts'
import type { LeaderState } from './leader-state.ts'

const fewestTurns = 4
const longestThoughtMs = 30_000

/**
 * What an agent may use at this point of the run: its share of the turns, models only while the investigation goes on.
 * `concluding`: the deadline no longer binds, for the conclusion has time of its own.
 */
export function agentDeps(file: CaseFile, state: LeaderState, concluding = false): AgentDeps {
  const mayAskModels = state.stopped_by === undefined && !file.deadline.aborted
  const left = file.allowed_ms - (file.clock() - file.started)
  return {
    registry: file.registry,
    ledger: file.ledger,
    view: file.view,
    signal: concluding ? file.signal : file.deadline,
    mind_for: mayAskModels ? (name) => file.mind_for?.(name) : undefined,
    left_ms: Math.max(0, left),
    mind_timeout_ms: Math.max(1, Math.min(longestThoughtMs, left)),
    max_turns: Math.max(fewestTurns, file.settings.max_turns - state.turns),
  }
}
