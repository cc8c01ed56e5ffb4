import type { Evidence, EvidenceDraft } from '#src/domain/evidence.ts'
import type { EvidenceLedger } from './agent.ts'

const statementLength = 600

/**
 * The facts of one run. Text is redacted as it comes in, so that nothing behind this line ever holds a secret; the same fact
 * recorded twice keeps its first id. `kept`: the facts of the same run before it was interrupted; some ids may be missing among them.
 */
export function createEvidenceLedger(redact: (text: string) => string, kept: readonly Evidence[] = []): EvidenceLedger {
  const byId = new Map(kept.map((fact) => [fact.id, fact]))
  const idByContent = new Map(kept.map((fact) => [contentOf(fact, fact.statement), fact.id]))
  let last = Math.max(0, ...kept.map(({ id }) => Number(id.slice(3))))
  return {
    record(draft: EvidenceDraft): string {
      const statement = cut(redact(draft.statement))
      const content = contentOf(draft, statement)
      const known = idByContent.get(content)
      if (known) return known
      const id = `ev_${++last}`
      byId.set(id, { ...draft, id, statement })
      idByContent.set(content, id)
      return id
    },
    get: (id) => byId.get(id),
    all: () => [...byId.values()],
  }
}

function contentOf({ source, ref }: EvidenceDraft, statement: string): string {
  return JSON.stringify([source, statement, ref])
}

function cut(text: string): string {
  return text.length <= statementLength ? text : `${text.slice(0, statementLength - 1)}…`
}
