import { describe, expect, it } from 'vitest'
import type { EvidenceDraft } from '#src/domain/evidence.ts'
import { createRunMemory, currentFindings, readRecords, type StepRecord } from '#src/orchestrator/run-memory.ts'
import { indexFindings, type LeaderState } from '#src/orchestrator/state.ts'
import { findingDraft } from '#test/helpers/build-finding.ts'

const fact = (uid = 'e1'): EvidenceDraft => ({
  source: 'event',
  statement: 'BackOff',
  observed_at: '2026-01-01T00:00:00Z',
  trust: 'workload_text',
  ref: { event: { uid } },
})
const redact = (text: string) => text.replaceAll('hunter22', '[redacted:secret]')

/** A memory over a journal in memory; `resumed` is another process over the same journal. */
function memories() {
  const journal = new Map<string, string>()
  const store = async (step: string, found: string) => void journal.set(step, found)
  const resumed = (needed: string[] = []) =>
    createRunMemory(redact, store, readRecords(Object.fromEntries(journal), needed))
  return { journal, memory: createRunMemory(redact, store), resumed }
}

describe('src/orchestrator/run-memory', () => {
  it('numbers findings, cites evidence by id and keeps the id of a finding that is found again', () => {
    const { memory } = memories()
    const triage = memory.startStep('triage', 1)
    const [first] = triage.addFindings([findingDraft({ evidence: [fact()] })], 'triage')
    const [other] = triage.addFindings([findingDraft({ mechanism: 'oom_killed' })], 'triage')
    const [again] = memory.startStep('triage', 2).addFindings([findingDraft({ confidence: 0.5 })], 'triage')
    expect(first).toMatchObject({ id: 'f_1', evidence: ['ev_1'], found_by: 'triage' })
    expect(other?.id).toBe('f_2')
    expect(again).toMatchObject({ id: 'f_1', confidence: 0.5, evidence: [] })
    expect(memory.evidence.get('ev_1')?.statement).toBe('BackOff')
  })

  it('adds evidence to a finding that holds, also where it is found twice in one step', () => {
    const { memory } = memories()
    const [first] = memory.startStep('log', 1).addFindings([findingDraft({ evidence: [fact()] })], 'log')
    const drafts = [findingDraft({ evidence: [fact('e2')] }), findingDraft({ evidence: [fact('e3')] })]
    const found = memory.startStep('log', 2).addFindings(drafts, 'log', indexFindings(first ? [first] : []))
    expect(found).toMatchObject([{ id: 'f_1', evidence: ['ev_1', 'ev_2', 'ev_3'] }])
  })

  it('redacts and cuts statements', () => {
    const step = memories().memory.startStep('triage', 1)
    const [kept] = step.addFindings([findingDraft({ statement: `PASSWORD is hunter22 ${'x'.repeat(400)}` })], 'triage')
    expect(kept?.statement).toContain('[redacted:secret]')
    expect(kept?.statement.length).toBeLessThanOrEqual(300)
  })

  it('stores all that a step found in one write, and nothing where it found nothing', async () => {
    const { journal, memory, resumed } = memories()
    const triage = memory.startStep('triage', 1)
    const [found] = triage.addFindings([findingDraft({ evidence: [fact()] })], 'triage')
    expect(journal.size).toBe(0)
    expect(await triage.save()).toEqual(['1.triage'])
    expect(await memory.startStep('diagnose', 1).save()).toEqual([])
    expect([...journal.keys()]).toEqual(['1.triage'])
    const other = resumed(['1.triage'])
    expect(other.finding('f_1')).toEqual(found)
    expect(other.evidence.get('ev_1')?.statement).toBe('BackOff')
  })

  it('gives no id twice after an interruption, and keeps the record of a repeated step complete', async () => {
    const { journal, memory, resumed } = memories()
    const [log, metric] = [memory.startStep('log_coordinator', 1), memory.startStep('metric_coordinator', 1)]
    metric.ledger.record(fact('lost'))
    log.addFindings([findingDraft({ evidence: [fact('kept')] })], 'log')
    await log.save()
    const other = resumed()
    const again = other.startStep('metric_coordinator', 1)
    expect(again.ledger.record(fact('lost'))).toBe('ev_3')
    const repeated = other.startStep('log_coordinator', 1)
    expect(repeated.addFindings([findingDraft({ evidence: [fact('kept')] })], 'log')).toMatchObject([
      { id: 'f_1', evidence: ['ev_2'] },
    ])
    await repeated.save()
    const record = JSON.parse(journal.get('1.log_coordinator') ?? '') as StepRecord
    expect(record.evidence?.map(({ id }) => id)).toEqual(['ev_2'])
  })

  it('shows the findings that the state names, each with what was measured about it', () => {
    const { memory } = memories()
    const step = memory.startStep('triage', 1)
    const found = step.addFindings([findingDraft({ mechanism: 'oom_killed' }), findingDraft()], 'triage')
    const { resource } = findingDraft()
    const measurements = { a: { mechanism: 'oom_killed' as const, workload: resource, evidence: ['ev_7', 'ev_7'] } }
    const state = { findings: indexFindings(found), measurements } as unknown as LeaderState
    expect(currentFindings(state, memory).map((finding) => finding.evidence)).toEqual([['ev_7'], []])
    const [, second] = found
    const fewer = { ...state, findings: indexFindings(second ? [second] : []) }
    expect(currentFindings(fewer, memory).map((finding) => finding.id)).toEqual(['f_2'])
  })

  it('separates the containers of this observation from those before it', async () => {
    const { memory } = memories()
    const target = (pod: string) => ({
      namespace: 'shop',
      pod,
      container: 'api',
      workload: findingDraft().resource,
      restarts: 0,
      state: 'running, ready',
    })
    const [first, second] = [memory.startStep('triage', 1), memory.startStep('triage', 2)]
    first.add({ log_targets: [target('api-1')] })
    second.add({ log_targets: [target('api-2')] })
    await Promise.all([first.save(), second.save()])
    expect(memory.logTargets(2)).toMatchObject({ current: [{ pod: 'api-2' }], earlier: [{ pod: 'api-1' }] })
  })

  it('reads no records where one that is needed is missing or broken', () => {
    expect(readRecords({ '1.triage': '{}' }, ['1.triage'])?.size).toBe(1)
    expect(readRecords({ '1.triage': '{' }, ['1.triage'])).toBeUndefined()
    expect(readRecords(undefined, ['1.triage'])).toBeUndefined()
    expect(readRecords(undefined, [])?.size).toBe(0)
  })
})
