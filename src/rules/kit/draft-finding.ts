import type { FindingDraft } from '#src/domain/finding.ts'
import { fitText } from '#src/util/fit-text.ts'

type Defaulted = 'affects' | 'blames' | 'remedies'
const longest = 300

/** A finding with the lists that a rule leaves out empty, and its statement held to the length that a decision may show. */
export function draftFinding(
  draft: Omit<FindingDraft, Defaulted> & Partial<Pick<FindingDraft, Defaulted>>,
): FindingDraft {
  const statement = draft.statement.replace(/\s+/g, ' ').trim()
  return {
    affects: [],
    blames: [],
    remedies: [],
    ...draft,
    statement: fitText(statement, longest),
  }
}
