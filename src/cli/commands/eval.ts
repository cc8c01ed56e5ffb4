import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Command, InvalidArgumentError, Option } from 'commander'
import { describeFailure, describeRefusal, postDecide } from '#src/cli/call-service.ts'
import { type CliPorts, type DefineCommand, exitCodes, type ServiceAddress } from '#src/cli/cli-ports.ts'
import { cleanEnvironment } from '#src/cli/find-service.ts'
import { forEachBounded } from '#src/cli/for-each-bounded.ts'
import { addHelpEnd, outputOption, UsageError, wholeOption } from '#src/cli/options.ts'
import { printableLines } from '#src/cli/terminal.ts'
import {
  type AskedBy,
  isHealthy,
  loadScenarios,
  possibleWay,
  questionFor,
  type Scenario,
  waysOfAsking,
} from '#src/evaluation/scenario.ts'
import { gradeAnswer, gradeNothing, type Grades } from '#src/evaluation/grade-answer.ts'
import { renderResults, totalsByWay } from '#src/evaluation/results-table.ts'
import {
  fallenBehind,
  missedThresholds,
  type Result,
  type Rewording,
  rewordings,
  sumUp,
  type Thresholds,
} from '#src/evaluation/totals.ts'
import { renderJson } from '#src/reporting/render-json.ts'

interface EvalOptions {
  by: AskedBy | 'all'
  only?: string
  jobs: number
  /** True where no wording is named. */
  reword?: Rewording | 'all' | true
  output: 'text' | 'json'
  minOutcome?: number
  minRoot?: number
  minFacts?: number
  minAction?: number
  maxHarm?: number
  maxFalseAlarms?: number
}

const maxCount = 1_000_000

/** `sre-agent eval`: recorded incidents through the whole service, graded. */
export const define: DefineCommand = (command, run) => {
  const by = new Option(
    '--by <way>',
    'what the question contains; an incident without an event is asked by its symptom',
  )
  const reword = new Option(
    '--reword [wording]',
    'ask again with the logs in another wording and format (default: all); shares may fall by 3 points at most',
  )
  command
    .description(
      'Sends recorded incidents through the whole service over HTTP, each with a new store and a practice cluster of its own, and grades the decisions.',
    )
    .argument(
      '[folder]',
      'a folder of incidents, or one incident (default: SRE_AGENT_SCENARIOS, or practice/incidents)',
    )
    .addOption(by.choices([...waysOfAsking, 'all']).default('event'))
    .option('--only <names>', 'only these incidents, separated by commas; the start of a name is enough')
    .addOption(wholeOption('--jobs <n>', 'incidents at the same time', [1, 16]).default(2))
    .addOption(reword.choices(['all', ...rewordings]))
    .addOption(outputOption(['text', 'json'], 'form of the results'))
  addThresholds(command)
  command.action((folder: string | undefined, options: EvalOptions) =>
    run((ports) => evaluate(folder ?? (ports.env['SRE_AGENT_SCENARIOS'] || 'practice/incidents'), options, ports)),
  )
  addHelpEnd(command, {
    examples: ['sre-agent eval --by all', 'sre-agent eval practice/incidents --only 01,03 --output json'],
    exits: [
      '0  done, and the thresholds are reached',
      '1  a threshold is missed',
      '2  the command line is wrong',
      '3  no question got a decision',
    ],
  })
}

/** With several ways of asking, each way has to reach the thresholds. */
function addThresholds(command: Command): void {
  const shares = { outcome: 'outcomes', root: 'root causes', facts: 'facts', action: 'first actions' }
  for (const [name, what] of Object.entries(shares))
    command.addOption(
      new Option(`--min-${name} <share>`, `lowest share of right ${what} that passes, 0 to 1`).argParser(parseShare),
    )
  command
    .addOption(wholeOption('--max-harm <n>', 'most harmful answers that pass', [0, maxCount]))
    .addOption(
      wholeOption('--max-false-alarms <n>', 'most false alarms that pass: issues where nothing is wrong', [
        0,
        maxCount,
      ]),
    )
}

function parseShare(value: string): number {
  const share = /^\d+(?:\.\d+)?$/.test(value) ? Number(value) : Number.NaN
  if (share <= 1) return share
  throw new InvalidArgumentError('Allowed: a number from 0 to 1.')
}

/** One question of an evaluation. */
interface Question {
  scenario: Scenario
  way: AskedBy
  /** The wording in which the logs are served; absent: as they were recorded. */
  reword?: Rewording
}

type EvalPorts = Pick<CliPorts, 'startService' | 'startPractice' | 'env' | 'signal'>

type Answered = Pick<Result, 'decision' | 'ms'> & { grades: Grades }

function thresholdsOf(options: EvalOptions): Thresholds {
  return {
    min_outcome: options.minOutcome,
    min_root: options.minRoot,
    min_facts: options.minFacts,
    min_action: options.minAction,
    max_harm: options.maxHarm,
    max_false_alarms: options.maxFalseAlarms,
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

/** The recorded wording comes first, because the others are compared with it. */
function wordingsOf(reword: EvalOptions['reword']): (Rewording | undefined)[] {
  if (reword === undefined) return [undefined]
  return [undefined, ...(reword === true || reword === 'all' ? rewordings : [reword])]
}

function questionsOf(scenarios: Scenario[], by: AskedBy | 'all', wordings: (Rewording | undefined)[]): Question[] {
  const ways: readonly AskedBy[] = by === 'all' ? waysOfAsking : [by]
  return wordings.flatMap((reword) =>
    ways.flatMap((way) =>
      scenarios.map((scenario): Question => ({ scenario, way, ...(reword === undefined ? {} : { reword }) })),
    ),
  )
}

function print(results: Result[], output: 'text' | 'json', { stdout }: CliPorts): void {
  if (output === 'text') {
    stdout.write(printableLines(renderResults(results)))
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
  stdout.write(renderJson({ results: rows, totals }))
}

async function findScenarios(folder: string, only: string | undefined): Promise<Scenario[]> {
  const scenarios = await loadScenarios(folder).catch((error: NodeJS.ErrnoException) => {
    throw error.code === 'ENOENT' ? new UsageError(`there is no folder ${folder}`) : error
  })
  if (scenarios.length === 0) throw new UsageError(`${folder} contains no recorded incident with a verdict`)
  return pick(scenarios, only)
}

async function evaluate(folder: string, options: EvalOptions, ports: CliPorts): Promise<number> {
  const scenarios = await findScenarios(folder, options.only)
  const questions = questionsOf(scenarios, options.by, wordingsOf(options.reword))
  const results = await askAll(questions, options.jobs, ports, (result, done) => {
    const bad = result.grades.reasons.length > 0 ? 'wrong, see below' : 'ok'
    const how = [result.asked_by, result.reworded ?? ''].join(' ').trim()
    ports.stderr.write(`[${done}/${questions.length}] ${result.scenario} by ${how}: ${bad}\n`)
  })
  print(results, options.output, ports)
  const short = [...missed(results, thresholdsOf(options)), ...fallenBehind(results)]
  for (const sentence of short) ports.stderr.write(`Threshold missed: ${sentence}\n`)
  if (results.every((result) => result.decision === null)) return exitCodes.unknown
  return short.length > 0 ? exitCodes.below : exitCodes.ok
}

async function ask(service: ServiceAddress, { scenario, way }: Question, signal: AbortSignal): Promise<Answered> {
  const started = performance.now()
  const body = questionFor(scenario.verdict, possibleWay(scenario.verdict, way))
  const response = await postDecide({ url: service.url, token: service.token, body, signal, timeoutMs: 120_000 })
  const ms = Math.round((performance.now() - started) * 10) / 10
  if (response.status !== 200) return { decision: null, ms, grades: gradeNothing(describeRefusal(response)) }
  return { decision: response.body ?? null, ms, grades: gradeAnswer(response.body, scenario.verdict) }
}

/** Asks with a new store and a new cluster; both are removed afterwards. */
async function askAlone(question: Question, ports: EvalPorts): Promise<Answered> {
  const folder = await mkdtemp(join(tmpdir(), 'sre-agent-eval-'))
  await using cleanup = new AsyncDisposableStack()
  cleanup.defer(() => rm(folder, { recursive: true, force: true }))
  const { scenario, reword } = question
  const practice = await ports.startPractice({ folders: [scenario.folder], reword, signal: ports.signal })
  cleanup.defer(() => practice.close())
  const env = cleanEnvironment(ports.env, {
    KUBECONFIG: practice.kubeconfig,
    // The user's own context does not exist in the practice cluster.
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

async function answerOf(question: Question, ports: EvalPorts): Promise<Result> {
  const { scenario, way, reword } = question
  const started = performance.now()
  const answered = await askAlone(question, ports).catch((error: unknown): Answered => {
    ports.signal.throwIfAborted()
    return { decision: null, ms: performance.now() - started, grades: gradeNothing(describeFailure(error)) }
  })
  const asking = { asked_by: way, ...(reword === undefined ? {} : { reworded: reword }) }
  return { scenario: scenario.name, ...asking, healthy: isHealthy(scenario.verdict), ...answered }
}

/** Asks all questions, `jobs` at a time; the results are in the order of the questions. */
async function askAll(
  questions: Question[],
  jobs: number,
  ports: EvalPorts,
  onResult: (result: Result, done: number) => void,
): Promise<Result[]> {
  const results: Result[] = []
  let done = 0
  await forEachBounded(questions, jobs, async (question, index) => {
    const result = await answerOf(question, ports)
    results[index] = result
    onResult(result, ++done)
  })
  return results
}
