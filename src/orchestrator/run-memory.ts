import type { EvidenceLedger, EvidenceReader } from '#agents/agent.ts'
import { createEvidenceLedger } from '#agents/evidence-ledger.ts'
import type { LogTarget } from '#agents/select-log-targets.ts'
import type { RecommendedAction } from '#src/domain/action.ts'
import type { Decision } from '#src/domain/decision.ts'
import type { Evidence } from '#src/domain/evidence.ts'
import type { Finding, FindingDraft } from '#src/domain/finding.ts'
import { fitText } from '#src/domain/fit-text.ts'
import { refKey, sameRef } from '#src/domain/resource-ref.ts'
import type { RunJournal } from './port.ts'
import type { FindingIndex, LeaderState } from './state.ts'

/*
 * What the ids in the shared state stand for. Each step notes what it found in full, and all of it is stored in one write before the
 * step's result is checkpointed. Which of it holds is decided by the state alone: what an interrupted step has stored is referred to
 * by nothing, and is replaced when the step runs again.
 */

const maxStatementLength = 300
const maxEvidence = 8

/** What one step found, in full. */
export interface StepRecord {
  evidence?: Evidence[]
  findings?: Finding[]
  log_targets?: LogTarget[]
  actions?: RecommendedAction[]
  decision?: Decision
}

/** Takes what one run of a step finds. */
export interface StepNotes {
  readonly ledger: EvidenceLedger
  /** Text is redacted and evidence recorded. A finding that is found again keeps its id, and its evidence where it is `current`. */
  addFindings(drafts: readonly FindingDraft[], foundBy: string, current?: FindingIndex): Finding[]
  add(found: Pick<StepRecord, 'log_targets' | 'actions' | 'decision'>): void
  /** Stores all of it in one write; answers with the names under which it is stored, none where nothing was found. */
  save(): Promise<string[]>
}

/** Reads what the steps of a run found, and takes what they find next. */
export interface RunMemory {
  readonly evidence: EvidenceReader
  finding(id: string): Finding | undefined
  action(id: string): RecommendedAction | undefined
  /** The containers that triage named after this observation, and after all before it. */
  logTargets(observation: number): { current: LogTarget[]; earlier: LogTarget[] }
  decision(): Decision | undefined
  startStep(name: string, observation: number): StepNotes
}

/** The memory of a run: empty, or with what is stored of it. */
export function createRunMemory(
  redact: (text: string) => string,
  store: (step: string, found: string) => Promise<void>,
  stored: ReadonlyMap<string, StepRecord> = new Map(),
): RunMemory {
  const records = new Map([...stored].toSorted(([left], [right]) => observationOf(left) - observationOf(right)))
  const all = [...records.values()]
  const ledger = createEvidenceLedger(
    redact,
    all.flatMap((record) => record.evidence ?? []),
  )
  const findings = new Map(all.flatMap((record) => record.findings ?? []).map((finding) => [finding.id, finding]))
  const ids = createIds([...findings.values()])
  const targetsOf = ([step, record]: [string, StepRecord]) => ({
    at: observationOf(step),
    of: record.log_targets ?? [],
  })
  return {
    evidence: ledger,
    finding: (id) => findings.get(id),
    action: (id) => [...records.values()].flatMap((record) => record.actions ?? []).find((action) => action.id === id),
    logTargets(observation) {
      const targets = [...records].map(targetsOf)
      return {
        current: targets.flatMap(({ at, of }) => (at === observation ? of : [])),
        earlier: targets.flatMap(({ at, of }) => (at < observation ? of : [])),
      }
    },
    decision: () => [...records.values()].find((record) => record.decision)?.decision,
    startStep(name, observation) {
      const step = `${observation}.${name}`
      const record: StepRecord = {}
      const cited = citing(ledger)
      const write = findingWriter({ ledger: cited.ledger, redact, ids, findings })
      return {
        ledger: cited.ledger,
        addFindings(drafts, foundBy, current = {}) {
          const written = write(drafts, foundBy, current)
          record.findings = [...(record.findings ?? []), ...written]
          return written
        },
        add: (found) => void Object.assign(record, found),
        async save() {
          const evidence = cited.recorded()
          if (evidence.length > 0) record.evidence = evidence
          if (Object.keys(record).length === 0) return []
          records.set(step, record)
          await store(step, JSON.stringify(record))
          return [step]
        },
      }
    },
  }
}

/** Steps are stored as `1.triage`: the number of observations before them, and their name. */
function observationOf(step: string): number {
  return Number.parseInt(step, 10)
}

/** The ledger, with a note of which facts pass through: also those that were known, so that the record of a step is complete. */
function citing(ledger: EvidenceLedger): { ledger: EvidenceLedger; recorded(): Evidence[] } {
  const ids = new Set<string>()
  const record: EvidenceLedger['record'] = (draft) => {
    const id = ledger.record(draft)
    ids.add(id)
    return id
  }
  return {
    ledger: { ...ledger, record },
    recorded: () => [...ids].map((id) => ledger.get(id)).filter((fact) => fact !== undefined),
  }
}

/** The same finding of the same finder has one id throughout the run. */
function createIds(known: readonly Finding[]): (finding: Omit<Finding, 'id' | 'evidence'>) => string {
  const byKey = new Map(known.map((finding) => [findingKey(finding), finding.id]))
  let last = Math.max(0, ...known.map(({ id }) => Number(id.slice(2))))
  return (finding) => {
    const key = findingKey(finding)
    const id = byKey.get(key) ?? `f_${++last}`
    byKey.set(key, id)
    return id
  }
}

function findingKey(finding: Pick<Finding, 'mechanism' | 'resource' | 'container' | 'found_by'>): string {
  return `${finding.mechanism}|${refKey(finding.resource)}|${finding.container ?? ''}|${finding.found_by}`
}

interface FindingWriter {
  ledger: EvidenceLedger
  redact: (text: string) => string
  ids: (finding: Omit<Finding, 'id' | 'evidence'>) => string
  findings: Map<string, Finding>
}

function findingWriter({ ledger, redact, ids, findings }: FindingWriter) {
  return (drafts: readonly FindingDraft[], foundBy: string, current: FindingIndex): Finding[] => {
    const written = new Map<string, Finding>()
    for (const draft of drafts) {
      const id = ids({ ...draft, found_by: foundBy })
      const known = written.get(id) ?? (Object.hasOwn(current, id) ? findings.get(id) : undefined)
      const evidence = draft.evidence.slice(0, maxEvidence).map((fact) => ledger.record(fact))
      const finding: Finding = {
        ...draft,
        id,
        found_by: foundBy,
        statement: fitText(redact(draft.statement), maxStatementLength),
        confidence_reason: redact(draft.confidence_reason),
        evidence: [...new Set([...(known?.evidence ?? []), ...evidence])].slice(0, maxEvidence),
      }
      written.set(id, finding)
      findings.set(id, finding)
    }
    return [...written.values()]
  }
}

/** The findings that hold now, in full, each with what was measured about it. */
export function currentFindings(state: LeaderState, memory: RunMemory): Finding[] {
  const measurements = Object.values(state.measurements)
  return Object.keys(state.findings).flatMap((id) => {
    const finding = memory.finding(id)
    if (!finding) return []
    const measured = measurements.filter(
      ({ mechanism, workload }) => mechanism === finding.mechanism && sameRef(workload, finding.resource),
    )
    if (measured.length === 0) return [finding]
    return [{ ...finding, evidence: [...new Set([...finding.evidence, ...measured.flatMap((each) => each.evidence)])] }]
  })
}

/** The records of a run read back; undefined where one of those that are needed is missing or broken. */
export function readRecords(
  stored: Awaited<ReturnType<RunJournal['load']>>,
  needed: readonly string[],
): Map<string, StepRecord> | undefined {
  const texts = Object.entries(stored ?? {})
  const records = new Map(texts.flatMap(([step, text]) => readRecord(step, text)))
  return needed.every((step) => records.has(step)) ? records : undefined
}

/** Its values are what this service wrote: they are not validated field by field. */
function readRecord(step: string, text: string): [string, StepRecord][] {
  try {
    return [[step, JSON.parse(text) as StepRecord]]
  } catch {
    return []
  }
}
