import { boundSignal } from '#src/util/abort.ts'
import type { Decision } from '#src/domain/decision.ts'
import type { WorkflowInfo } from '#src/domain/workflow-info.ts'
import type { CaseFile } from './case-file.ts'
import { describeWorkflow } from './describe-workflow.ts'
import { buildLeaderGraph, type LeaderGraph } from './graph.ts'
import type { InvestigationRequest, InvestigatorDeps } from './investigator-deps.ts'
import { openCaseFile, type AllowedTime } from './open-case-file.ts'
import { takePicture } from './take-picture.ts'
import { resumeRun, type TakenUp } from './take-up.ts'

const recursionLimit = 200
const mostReservedMs = 5_000

/** The leader graph as the rest of the service sees it: an incident in, a decision out. */
export function createInvestigator(deps: InvestigatorDeps): {
  /** What is kept of the run stays until `forget`: a decision that is not stored yet can be asked for again. */
  investigate(request: InvestigationRequest): Promise<Decision>
  forget(run_id: string): Promise<void>
  describe(): WorkflowInfo
} {
  const graph = buildLeaderGraph(deps.saver)
  const minds = deps.minds?.names ?? ['rules']
  return {
    describe: () => describeWorkflow(deps.workflow, minds, deps.versions),
    async investigate(request) {
      using run = boundSignal(request.signal)
      using time = startTime(deps, run.signal)
      const bound = { ...request, signal: run.signal }
      const taken = await resumeRun(graph, deps, bound)
      if (taken?.kept.decision) return taken.kept.decision
      const { input, file } = await openRun(deps, bound, time, taken)
      await runGraph(graph, input, file)
      if (!file.decision) throw new Error('SRE_ORCHESTRATOR_NO_DECISION: the graph ended without a decision')
      return file.decision
    },
    async forget(run_id) {
      await deps.saver.deleteThread(run_id)
      await deps.journal?.forget(run_id)
    },
  }
}

/** Where an interrupted run needs a picture that cannot be taken now, it starts anew, and its first step says what is not seen. */
async function openRun(
  deps: InvestigatorDeps,
  request: InvestigationRequest,
  time: AllowedTime,
  taken: TakenUp | undefined,
): Promise<{ input: null | Record<string, never>; file: CaseFile }> {
  if (!taken) return { input: {}, file: openCaseFile(deps, request, time) }
  const file = openCaseFile(deps, request, time, taken.kept)
  if (!taken.look_again) return { input: null, file }
  try {
    await takePicture(file, taken.look_again)
    return { input: null, file }
  } catch {
    request.signal.throwIfAborted()
    await deps.saver.deleteThread(request.run_id)
    return { input: {}, file: openCaseFile(deps, request, time) }
  }
}

async function runGraph(graph: LeaderGraph, input: null | Record<string, never>, case_file: CaseFile): Promise<void> {
  await graph.invoke(input, {
    configurable: { thread_id: case_file.run_id },
    context: { case_file },
    durability: 'sync',
    recursionLimit,
    signal: case_file.signal,
  })
}

interface RunTime extends Disposable, AllowedTime {}

/** The run's time, without what is reserved for the conclusion. */
function startTime(deps: InvestigatorDeps, signal: AbortSignal): RunTime {
  const whole = deps.workflow.timeout_seconds * 1000
  const allowed_ms = whole - Math.min(mostReservedMs, whole * 0.2)
  const bound = boundSignal(signal, { ms: allowed_ms, reason: timeUp })
  return { deadline: bound.signal, allowed_ms, [Symbol.dispose]: () => bound[Symbol.dispose]() }
}

function timeUp(): Error {
  return new Error('the time of the investigation is up')
}
