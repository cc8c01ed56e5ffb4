import { type AskedBy, waysOfAsking } from '#src/evaluation/ask.ts'
import { loadScenarios } from '#src/evaluation/load-scenarios.ts'
import { renderResults, totalsByWay } from '#src/evaluation/results-table.ts'
import { type Rewording, rewordings } from '#src/evaluation/rewording.ts'
import { fallenBehind } from '#src/evaluation/reworded.ts'
import type { Scenario } from '#src/evaluation/scenario.ts'
import { missedThresholds, type Thresholds } from '#src/evaluation/thresholds.ts'
import { type Result, sumUp } from '#src/evaluation/totals.ts'
import { printable } from '#src/reporting/printable.ts'
import { renderJson } from '#src/reporting/render-json.ts'
import { type CliPorts, exitCodes } from './cli-ports.ts'
import { practiceOf, type Question, runQuestions } from './eval-run.ts'
import type { EvalPorts } from './eval-run.ts'
import { numberBetween, oneOf, wholeBetween } from './option-values.ts'
import { type ParsedOptions, parseOptions } from './parse-options.ts'
import { UsageError } from './usage-error.ts'

const text = { type: 'string' } as const
const options = {
  by: text,
  output: { type: 'string', short: 'o' },
  only: text,
  jobs: text,
  reword: text,
  'min-outcome': text,
  'min-root': text,
  'min-facts': text,
  'min-action': text,
  'max-harm': text,
  'max-false-alarms': text,
} as const

export const evalHelp = `sre-agent eval [FOLDER] [options]

Runs recorded incidents through the whole service over HTTP, each with a fresh store and a practice cluster of its own,
and grades the decisions. FOLDER: a folder of incidents, or one incident (default: SRE_AGENT_SCENARIOS, or practice/incidents).

  --by WAY               event (default), namespace, symptom or all; without an event, event asks by symptom
  --only NAME,...        only these incidents; a beginning of the name is enough
  --jobs N               how many at a time, 1 to 16 (default 2)
  --reword [DIALECT]     also with the logs in other words and formats: json, klog, logfmt, plain, or all (default);
                         shares may fall by 3 points at most
  -o, --output FORM      text (default) or json
  --min-outcome SHARE    least share from 0 to 1 of right outcomes; likewise --min-root, --min-facts, --min-action.
                         With several ways of asking, each has to reach it.
  --max-harm N           most harmful answers; likewise --max-false-alarms

Exit codes: 0 done, and the thresholds are reached; 1 a threshold is missed; 2 the command line is wrong; 3 it could not run.
`

function readThresholds(given: ParsedOptions): Thresholds {
  const share = (name: string) => numberBetween(`--${name}`, given.text(name), 0, 1)
  const count = (name: string) => wholeBetween(`--${name}`, given.text(name), 0, 1_000_000)
  return {
    min_outcome: share('min-outcome'),
    min_root: share('min-root'),
    min_facts: share('min-facts'),
    min_action: share('min-action'),
    max_harm: count('max-harm'),
    max_false_alarms: count('max-false-alarms'),
  }
}

function pick(scenarios: Scenario[], only: string | undefined): Scenario[] {
  if (only === undefined) return scenarios
  return only.split(',').flatMap((name) => {
    const found = scenarios.filter((scenario) => scenario.name.startsWith(name.trim()))
    if (found.length > 0) return found
    throw new UsageError(
      `--only: there is no incident ${name}; there are: ${scenarios.map((one) => one.name).join(', ')}`,
    )
  })
}

function missed(results: Result[], thresholds: Thresholds): string[] {
  return Object.entries(totalsByWay(results)).flatMap(([way, totals]) =>
    missedThresholds(totals, thresholds).map((sentence) => `asked by ${way}: ${sentence}`),
  )
}

/** `--reword` alone means all dialects. */
function withDialect(argv: string[]): string[] {
  const known = new Set<string>([...rewordings, 'all'])
  return argv.map((word, index) => (word === '--reword' && !known.has(argv[index + 1] ?? '') ? '--reword=all' : word))
}

/** The recorded wording first, for the others are held against it. */
function wordingsOf(given: ParsedOptions): (Rewording | undefined)[] {
  if (given.text('reword') === undefined) return [undefined]
  const chosen = oneOf('--reword', given.text('reword'), ['all', ...rewordings])
  return [undefined, ...(chosen === 'all' ? rewordings : [chosen])]
}

function questionsOf(scenarios: Scenario[], by: AskedBy | 'all', wordings: (Rewording | undefined)[]): Question[] {
  const ways: readonly AskedBy[] = by === 'all' ? waysOfAsking : [by]
  return wordings.flatMap((reword) =>
    ways.flatMap((way) =>
      scenarios.map((scenario): Question => ({ scenario, way, ...(reword === undefined ? {} : { reword }) })),
    ),
  )
}

function print(results: Result[], output: 'text' | 'json', ports: CliPorts): void {
  if (output === 'text') {
    ports.stdout.write(renderResults(results).split('\n').map(printable).join('\n'))
    return
  }
  const rows = results.map(({ scenario, asked_by, reworded, decision, grades, ms }) => ({
    scenario,
    asked_by,
    reworded,
    decision,
    grades,
    ms,
  }))
  const totals = { ...sumUp(results), by: totalsByWay(results) }
  ports.stdout.write(renderJson({ results: rows, totals }))
}

async function findScenarios(folder: string, only: string | undefined): Promise<Scenario[]> {
  const scenarios = await loadScenarios(folder).catch((error: NodeJS.ErrnoException) => {
    throw error.code === 'ENOENT' ? new UsageError(`there is no folder ${folder}`) : error
  })
  if (scenarios.length === 0) throw new UsageError(`${folder} holds no recorded incident with a verdict`)
  return pick(scenarios, only)
}

/** `sre-agent eval`: recorded incidents through the whole service, graded. */
export async function evalCommand(
  argv: string[],
  ports: CliPorts,
  startPractice: EvalPorts['startPractice'] = practiceOf,
): Promise<number> {
  const given = parseOptions(withDialect(argv), options)
  if (given.words.length > 1) throw new UsageError(`eval takes one folder, not ${given.words.join(' ')}`)
  const by = oneOf('--by', given.text('by'), [...waysOfAsking, 'all'])
  const output = oneOf('--output', given.text('output'), ['text', 'json'])
  const jobs = wholeBetween('--jobs', given.text('jobs'), 1, 16) ?? 2
  const wordings = wordingsOf(given)
  const thresholds = readThresholds(given)
  const folder = given.words[0] ?? (ports.env['SRE_AGENT_SCENARIOS'] || 'practice/incidents')
  const scenarios = await findScenarios(folder, given.text('only'))

  const questions = questionsOf(scenarios, by, wordings)
  const { env, signal } = ports
  const startService: EvalPorts['startService'] = (wanted) => ports.startService(wanted)
  const results = await runQuestions(questions, jobs, { startService, startPractice, env, signal }, (result, done) => {
    const bad = result.grades.reasons.length > 0 ? 'has faults' : 'ok'
    ports.stderr.write(
      `[${done}/${questions.length}] ${result.scenario} by ${[result.asked_by, result.reworded ?? ''].join(' ').trim()}: ${bad}\n`,
    )
  })
  print(results, output, ports)
  const short = [...missed(results, thresholds), ...fallenBehind(results)]
  for (const sentence of short) ports.stderr.write(`Threshold missed: ${sentence}\n`)
  if (results.every((result) => result.decision === null)) return exitCodes.unknown
  return short.length > 0 ? exitCodes.below : exitCodes.ok
}
