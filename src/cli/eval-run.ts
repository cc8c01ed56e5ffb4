import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type AskedBy, possibleWay, questionFor } from '#src/evaluation/ask.ts'
import { type Grades, gradeAnswer, gradeNothing } from '#src/evaluation/grade-answer.ts'
import { isHealthy, type Scenario } from '#src/evaluation/scenario.ts'
import type { Rewording } from '#src/evaluation/rewording.ts'
import type { Result } from '#src/evaluation/totals.ts'
import { cleanEnvironment } from './clean-environment.ts'
import type { CliPorts, ServiceAddress } from './cli-ports.ts'
import { forEachBounded } from './for-each-bounded.ts'
import { describeFailure, describeRefusal } from './call-service.ts'
import { postDecide } from './post-decide.ts'
import { type PracticeProcess, startPractice } from './practice-process.ts'

/** One question of an evaluation. */
export interface Question {
  scenario: Scenario
  way: AskedBy
  /** The dialect in which the logs are told anew; absent: as they were recorded. */
  reword?: Rewording
}

export interface EvalPorts {
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
export const practiceOf: EvalPorts['startPractice'] = (folder, signal, reword) =>
  startPractice({ folders: [folder], signal, ...(reword === undefined ? {} : { reword }) })

type Asked = Pick<Result, 'decision' | 'ms'> & { grades: Grades }

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
export async function runQuestions(
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
