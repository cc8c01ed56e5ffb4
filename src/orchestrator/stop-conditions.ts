import type { StopReason } from '#src/domain/decision.ts'

/** Where an investigation stands after a step of the leader. Times in milliseconds. */
export interface Progress {
  turns: number
  max_turns: number
  /** Of the diagnosis; absent before there is one. */
  confidence?: number
  confidence_threshold: number
  unexplained: number
  teams_asked: readonly string[]
  teams_reported: readonly string[]
  /** True where findings point outside the snapshot and it another observation is allowed. */
  more_to_observe: boolean
  critical_error: boolean
  elapsed_ms: number
  /** The time of the run without what is reserved for the conclusion. */
  allowed_ms: number
  tokens: number
  token_budget?: number
}

/** When to end an investigation: pure, in order of weight. None of them ends the conclusion. */
export const stopConditions: readonly { name: StopReason; description: string; holds(progress: Progress): boolean }[] =
  [
    {
      name: 'critical_error',
      description: 'a step of the leader failed, so that what follows would rest on nothing',
      holds: (progress) => progress.critical_error,
    },
    {
      name: 'timeout',
      description: 'the time of the run is up, but for what is reserved for the conclusion',
      holds: (progress) => progress.elapsed_ms >= progress.allowed_ms,
    },
    {
      name: 'token_budget',
      description: 'the models have used the tokens of the run',
      holds: (progress) => progress.token_budget !== undefined && progress.tokens >= progress.token_budget,
    },
    {
      name: 'max_turns',
      description: 'all minds together have taken the turns of the run',
      holds: (progress) => progress.turns >= progress.max_turns,
    },
    {
      name: 'high_confidence',
      description: 'the diagnosis is confident enough and explains every symptom',
      holds: ({ confidence, confidence_threshold, unexplained }) =>
        confidence !== undefined && confidence >= confidence_threshold && unexplained === 0,
    },
    {
      name: 'all_teams_reported',
      description: 'every team that was asked has reported and nothing outside the snapshot is left to observe',
      holds: ({ confidence, teams_asked, teams_reported, more_to_observe }) =>
        confidence !== undefined && !more_to_observe && teams_asked.every((team) => teams_reported.includes(team)),
    },
  ]

/** The first condition that holds, or undefined: go on. */
export function evaluateStop(progress: Progress): StopReason | undefined {
  return stopConditions.find((condition) => condition.holds(progress))?.name
}
