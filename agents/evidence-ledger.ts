import type { Evidence, EvidenceDraft } from '../src/domain/evidence.ts'
import type { EvidenceLedger } from './agent.ts'

const statementLength = 600

/**
 * The facts of one run. Text is redacted as it comes in, so that nothing behind this line ever holds a secret; the same fact
 * told twice keeps its first id.
 */
export function createEvidenceLedger(redact: (text: string) => string): EvidenceLedger {
  const byId = new Map<string, Evidence>()
  const idByContent = new Map<string, string>()
  return {
    record(draft: EvidenceDraft): string {
      const statement = cut(redact(draft.statement))
      const content = JSON.stringify([draft.source, statement, draft.ref])
      const known = idByContent.get(content)
      if (known) return known
      const id = `ev_${byId.size + 1}`
      byId.set(id, { ...draft, id, statement })
      idByContent.set(content, id)
      return id
    },
    get: (id) => byId.get(id),
    all: () => [...byId.values()],
  }
}

function cut(text: string): string {
  return text.length <= statementLength ? text : `${text.slice(0, statementLength - 1)}…`
}
