import { CodedError } from '#src/domain/coded-error.ts'

/** One value that cannot be used. */
export interface ConfigProblem {
  /** The variable (`PORT`) or the file and key (`configs/agents.yaml: workflow.max_turns`). */
  where: string
  /** What it was, as text. */
  was: string
  /** What is allowed there. */
  allowed: string
}

/** All that is wrong with the configuration, at once. */
export class ConfigError extends CodedError {
  readonly problems: ConfigProblem[]

  constructor(problems: ConfigProblem[]) {
    super('SRE_CONFIG_INVALID', renderProblems(problems))
    this.name = 'ConfigError'
    this.problems = problems
  }
}

function renderProblems(problems: ConfigProblem[]): string {
  const lines = problems.map(({ where, was, allowed }) => `  ${where} is ${was}; allowed: ${allowed}`)
  return `The configuration cannot be used:\n${lines.join('\n')}`
}
