import { describe, expect, it } from 'vitest'
import { createEvidenceLedger } from '#agents/evidence-ledger.ts'
import { createFindingBook } from '#src/orchestrator/finding-book.ts'
import { findingDraft } from '#test/helpers/build-finding.ts'

const fact = {
  source: 'event' as const,
  statement: 'BackOff',
  observed_at: '2026-01-01T00:00:00Z',
  trust: 'workload_text' as const,
  ref: { event: { uid: 'e1' } },
}
const book = () => {
  const redact = (text: string) => text.replaceAll('hunter22', '[redacted:secret]')
  return createFindingBook(createEvidenceLedger(redact), redact)
}

describe('src/orchestrator/finding-book', () => {
  it('numbers findings, cites evidence by id and keeps the id of a finding that is found again', () => {
    const findings = book()
    const [first] = findings.add([findingDraft({ evidence: [fact] })], 'triage')
    findings.add([findingDraft({ mechanism: 'oom_killed' })], 'triage')
    const [again] = findings.add([findingDraft({ confidence: 0.5 })], 'triage')
    expect(first).toMatchObject({ id: 'f_1', evidence: ['ev_1'], found_by: 'triage' })
    expect(again).toMatchObject({ id: 'f_1', confidence: 0.5, evidence: ['ev_1'] })
    expect(findings.all().map((finding) => finding.id)).toEqual(['f_1', 'f_2'])
  })

  it('forgets on a second look what is no longer so, but not what others found', () => {
    const findings = book()
    findings.add([findingDraft({ mechanism: 'oom_killed' }), findingDraft({ mechanism: 'container_crash' })], 'triage')
    findings.add([findingDraft({ mechanism: 'bad_args' })], 'log')
    findings.replace([findingDraft({ mechanism: 'container_crash' })], 'triage')
    expect(findings.all().map((finding) => `${finding.id} ${finding.mechanism}`)).toEqual([
      'f_3 bad_args',
      'f_2 container_crash',
    ])
    expect(findings.get('f_1')).toBeUndefined()
  })

  it('adds a fact to the findings that it bears on', () => {
    const findings = book()
    const [oom] = findings.add([findingDraft({ mechanism: 'oom_killed' }), findingDraft()], 'triage')
    findings.cite('oom_killed', findingDraft().resource, ['ev_7', 'ev_7'])
    expect(findings.all().map((finding) => finding.evidence)).toEqual([['ev_7'], []])
    expect(findings.get(oom?.id ?? '')?.evidence).toEqual(['ev_7'])
  })

  it('redacts and cuts statements', () => {
    const [kept] = book().add([findingDraft({ statement: `PASSWORD is hunter22 ${'x'.repeat(400)}` })], 'triage')
    expect(kept?.statement).toContain('[redacted:secret]')
    expect(kept?.statement.length).toBeLessThanOrEqual(300)
  })
})
