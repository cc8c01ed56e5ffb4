import type { EvidenceLedger } from '#agents/agent.ts'
import type { Finding, FindingDraft } from '#src/domain/finding.ts'
import { fitText } from '#src/util/fit-text.ts'
import type { Mechanism } from '#src/domain/mechanism.ts'
import { refKey, type ResourceRef, sameRef } from '#src/domain/resource-ref.ts'

const longestStatement = 300
const mostEvidence = 8

/** The findings of a run. Text is redacted and evidence recorded as they come in. */
export interface FindingBook {
  /** Adds what an agent found; the same finding found again keeps its id. Answers with all findings of this call. */
  add(drafts: readonly FindingDraft[], foundBy: string): Finding[]
  /** Like `add`, and forgets what the same finder said before and does not say again. */
  replace(drafts: readonly FindingDraft[], foundBy: string): Finding[]
  /** Adds facts that bear on a finding, where there is one of this kind about this resource. */
  cite(mechanism: Mechanism, resource: ResourceRef, evidence: readonly string[]): void
  all(): Finding[]
  get(id: string): Finding | undefined
  /** Everything in it as plain values, forgotten findings' ids included, for a book that goes on from here. */
  pages(): FindingPages
}

/** The content of a book. */
export interface FindingPages {
  findings: [key: string, finding: Finding][]
  ids: [key: string, id: string][]
}

/** A book, empty or with what was written before. `redact` is asked anew for each text, for a run learns secrets as it looks. */
export function createFindingBook(
  ledger: EvidenceLedger,
  redact: (text: string) => string,
  kept: FindingPages = { findings: [], ids: [] },
): FindingBook {
  const byKey = new Map(kept.findings)
  const idByKey = new Map(kept.ids)
  const write = (draft: FindingDraft, foundBy: string): Finding => {
    const key = `${draft.mechanism}|${refKey(draft.resource)}|${draft.container ?? ''}|${foundBy}`
    const id = idByKey.get(key) ?? `f_${idByKey.size + 1}`
    idByKey.set(key, id)
    const evidence = draft.evidence.slice(0, mostEvidence).map((fact) => ledger.record(fact))
    const known = byKey.get(key)
    const finding: Finding = {
      ...draft,
      id,
      found_by: foundBy,
      statement: fitText(redact(draft.statement), longestStatement),
      confidence_reason: redact(draft.confidence_reason),
      evidence: [...new Set([...(known?.evidence ?? []), ...evidence])].slice(0, mostEvidence),
    }
    byKey.set(key, finding)
    return finding
  }
  const book: FindingBook = {
    add: (drafts, foundBy) => drafts.map((draft) => write(draft, foundBy)),
    replace(drafts, foundBy) {
      for (const [key, finding] of byKey) if (finding.found_by === foundBy) byKey.delete(key)
      return book.add(drafts, foundBy)
    },
    cite(mechanism, resource, evidence) {
      for (const [key, finding] of byKey) {
        if (finding.mechanism !== mechanism || !sameRef(finding.resource, resource)) continue
        byKey.set(key, { ...finding, evidence: [...new Set([...finding.evidence, ...evidence])] })
      }
    },
    all: () => [...byKey.values()],
    get: (id) => book.all().find((finding) => finding.id === id),
    pages: () => ({ findings: [...byKey], ids: [...idByKey] }),
  }
  return book
}
