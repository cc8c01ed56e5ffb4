import { type AskedBy, waysOfAsking, possibleWay, questionFor } from '#src/evaluation/ask.ts'
import { loadScenarios } from '#src/evaluation/load-scenarios.ts'
import { renderResults, totalsByWay } from '#src/evaluation/results-table.ts'
import { type Rewording, rewordings } from '#src/evaluation/rewording.ts'
import { fallenBehind } from '#src/evaluation/reworded.ts'
import { type Scenario, isHealthy } from '#src/evaluation/scenario.ts'
import { missedThresholds, type Thresholds } from '#src/evaluation/thresholds.ts'
import { type Result, sumUp } from '#src/evaluation/totals.ts'
import { printable } from '#src/reporting/printable.ts'
import { renderJson } from '#src/reporting/render-json.ts'
import { type CliPorts, exitCodes, type ServiceAddress } from './cli-ports.ts'
import { numberBetween, oneOf, wholeBetween } from './option-values.ts'
import { type ParsedOptions, parseOptions } from './parse-options.ts'
import { UsageError } from './usage-error.ts'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Grades, gradeAnswer, gradeNothing } from '#src/evaluation/grade-answer.ts'
import { cleanEnvironment } from './clean-environment.ts'
import { forEachBounded } from '#src/util/bounded.ts'
import { describeFailure, describeRefusal } from './call-service.ts'
import { postDecide } from './post-decide.ts'
import { type PracticeProcess, startPractice } from './practice-process.ts'

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

/** One question of an evaluation. */
interface Question {
  scenario: Scenario
  way: AskedBy
  /** The dialect in which the logs are told anew; absent: as they were recorded. */
  reword?: Rewording
}

interface EvalPorts {
  startService: CliPorts['startService']
  startPractice: (
    folder: string,
    signal: AbortSignal,
    reword?: Rewording,
  ) => Promise<Pick<PracticeProcess, 'kubeconfig' | 'close'>>
  env: CliPorts['env']
  signal: AbortSignal
}

/** The practice cluster of one incident, as a process of its own. */
const practiceOf: EvalPorts['startPractice'] = (folder, signal, reword) =>
  startPractice({ folders: [folder], signal, ...(reword === undefined ? {} : { reword }) })

type Asked = Pick<Result, 'decision' | 'ms'> & { grades: Grades }

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
  start: EvalPorts['startPractice'] = practiceOf,
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
  const results = await runQuestions(
    questions,
    jobs,
    { startService, startPractice: start, env, signal },
    (result, done) => {
      const bad = result.grades.reasons.length > 0 ? 'has faults' : 'ok'
      ports.stderr.write(
        `[${done}/${questions.length}] ${result.scenario} by ${[result.asked_by, result.reworded ?? ''].join(' ').trim()}: ${bad}\n`,
      )
    },
  )
  print(results, output, ports)
  const short = [...missed(results, thresholds), ...fallenBehind(results)]
  for (const sentence of short) ports.stderr.write(`Threshold missed: ${sentence}\n`)
  if (results.every((result) => result.decision === null)) return exitCodes.unknown
  return short.length > 0 ? exitCodes.below : exitCodes.ok
}

async function ask(service: ServiceAddress, { scenario, way }: Question, signal: AbortSignal): Promise<Asked> {
  const started = performance.now()
  const body = questionFor(scenario.verdict, possibleWay(scenario.verdict, way))
  const response = await postDecide({ url: service.url, token: service.token, body, signal, timeoutMs: 120_000 })
  const ms = Math.round((performance.now() - started) * 10) / 10
  if (response.status !== 200) return { decision: null, ms, grades: gradeNothing(describeRefusal(response)) }
  return { decision: response.body ?? null, ms, grades: gradeAnswer(response.body, scenario.verdict) }
}

/** A store and a cluster that nothing else has touched; both are gone afterwards. */
async function askAfresh(question: Question, ports: EvalPorts): Promise<Asked> {
  const folder = await mkdtemp(join(tmpdir(), 'sre-agent-eval-'))
  await using cleanup = new AsyncDisposableStack()
  cleanup.defer(() => rm(folder, { recursive: true, force: true }))
  const practice = await ports.startPractice(question.scenario.folder, ports.signal, question.reword)
  cleanup.defer(() => practice.close())
  const env = cleanEnvironment(ports.env, {
    KUBECONFIG: practice.kubeconfig,
    // A context of the user's own cluster is none of the practice cluster's.
    KUBE_CONTEXT: '',
    DATABASE_URL: `sqlite:${join(folder, 'sre-agent.db')}`,
    HOST: '127.0.0.1',
    PORT: '0',
    LOG_LEVEL: 'silent',
  })
  const service = await ports.startService({ env })
  cleanup.defer(() => service.close())
  return await ask(service, question, ports.signal)
}

async function run(question: Question, ports: EvalPorts): Promise<Result> {
  const { scenario, way, reword } = question
  const started = performance.now()
  const asked = await askAfresh(question, ports).catch((error: unknown): Asked => {
    ports.signal.throwIfAborted()
    return { decision: null, ms: performance.now() - started, grades: gradeNothing(describeFailure(error)) }
  })
  const asking = { asked_by: way, ...(reword === undefined ? {} : { reworded: reword }) }
  return { scenario: scenario.name, ...asking, healthy: isHealthy(scenario.verdict), ...asked }
}

/** Puts all questions, so many at a time, and answers in the order of the questions. */
async function runQuestions(
  questions: Question[],
  jobs: number,
  ports: EvalPorts,
  onResult: (result: Result, done: number) => void,
): Promise<Result[]> {
  const results: Result[] = []
  let done = 0
  await forEachBounded(questions, jobs, async (question, index) => {
    const result = await run(question, ports)
    results[index] = result
    onResult(result, ++done)
  })
  return results
}
