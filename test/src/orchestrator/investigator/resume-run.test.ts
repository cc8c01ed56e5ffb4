import { MemorySaver } from '@langchain/langgraph-checkpoint'
import { describe, expect, it } from 'vitest'
import type { Decision } from '#src/domain/decision.ts'
import { createInvestigator, type InvestigatorDeps } from '#src/orchestrator/investigator.ts'
import { MemoryRunJournal } from '#test/helpers/memory-run-journal.ts'
import { incidentOf, recordedDeps } from '#test/helpers/recorded-investigation.ts'
import { recordedSnapshot } from '#test/helpers/recorded-snapshot.ts'

const name = '01-missing-env'
const steps = ['observe', 'triage', 'log_coordinator', 'diagnose', 'action_coordinator', 'conclude']

/** One run that may be cut off and resumed; every call is a process of its own over the same store. */
function processes(over: Partial<InvestigatorDeps> = {}) {
  const snapshot = recordedSnapshot(name)
  const kept = { saver: new MemorySaver(), journal: new MemoryRunJournal() }
  const seen: string[] = []
  const begin = (resumes: boolean, cutAfter?: string, changes: Partial<InvestigatorDeps> = {}): Promise<Decision> => {
    const process = new AbortController()
    const deps = { ...recordedDeps(name, snapshot), ...kept, ...over, ...changes }
    return createInvestigator(deps).investigate({
      incident: incidentOf(snapshot),
      run_id: 'run_1',
      trace_id: '0'.repeat(32),
      signal: process.signal,
      resumes,
      onStep(step) {
        seen.push(step)
        if (step === cutAfter) process.abort(new Error('killed'))
      },
    })
  }
  return { begin, seen, ...kept }
}

const withoutTimes = (decision: Decision) => ({ ...decision, timings_ms: {} })

describe('src/orchestrator/investigator/resume-run', () => {
  it.each(steps)('comes to the same decision after a cut after %s, and repeats at most that step', async (step) => {
    const whole = await processes().begin(false)
    const run = processes()
    await expect(run.begin(false, step)).rejects.toThrow()
    const before = run.seen.splice(0)
    const decision = await run.begin(true)
    expect(withoutTimes(decision)).toEqual(withoutTimes(whole))
    const repeated = run.seen.filter((each) => before.includes(each) && each !== before.at(-1))
    expect(repeated).toEqual([])
  })

  it('observes the cluster again, because the picture is not stored', async () => {
    let observations = 0
    const snapshot = recordedSnapshot(name)
    const observe = () => {
      observations++
      return Promise.resolve(snapshot)
    }
    const run = processes({ observe })
    await expect(run.begin(false, 'triage')).rejects.toThrow()
    await run.begin(true)
    expect(observations).toBe(2)
  })

  it('starts anew under its old id where the journal is lost or broken', async () => {
    for (const spoil of ['lose', 'break'] as const) {
      const run = processes()
      await expect(run.begin(false, 'log_coordinator')).rejects.toThrow()
      if (spoil === 'lose') run.journal.runs.clear()
      else run.journal.runs.set('run_1', { '1.triage': '{' })
      run.seen.splice(0)
      expect(await run.begin(true)).toMatchObject({ outcome: 'issue', run_id: 'run_1' })
      expect(run.seen).toContain('observe')
    }
  })

  it('repeats only the interrupted step where its own record is lost', async () => {
    const run = processes()
    await expect(run.begin(false, 'triage')).rejects.toThrow()
    run.journal.runs.clear()
    run.seen.splice(0)
    expect(await run.begin(true)).toMatchObject({ outcome: 'issue', run_id: 'run_1' })
    expect(run.seen).toEqual(steps.slice(1))
  })

  it('starts anew, and reports what is not seen, where the cluster cannot be observed again', async () => {
    const run = processes()
    await expect(run.begin(false, 'triage')).rejects.toThrow()
    const observe = () => Promise.reject(new Error('the cluster is gone'))
    const decision = await run.begin(true, undefined, { observe })
    expect(decision).toMatchObject({ outcome: 'unknown', stopped_by: 'critical_error' })
    expect(JSON.stringify(decision.gaps)).toContain('the cluster is gone')
  })

  it('returns the decision that was made and not stored, without another observation', async () => {
    const run = processes()
    const first = await run.begin(false)
    const observe = () => Promise.reject(new Error('not to be asked'))
    expect(await run.begin(true, undefined, { observe })).toEqual(JSON.parse(JSON.stringify(first)))
  })

  it('fails where the journal cannot store what was found, because it could not be resumed', async () => {
    const run = processes({
      journal: Object.assign(new MemoryRunJournal(), { save: () => Promise.reject(new Error('disk full')) }),
    })
    await expect(run.begin(false)).rejects.toThrow('disk full')
  })
})
