import type { Answer } from './answer.ts'
import type { Verdict } from './scenario.ts'
import { cut, hasWord, hasWordStart } from './words.ts'

/** What is read for facts, and no more: the summary and the root causes' statements, cut. */
function readableText(answer: Answer): string {
  const statements = answer.root_causes.map((cause) => cut(cause.statement, 300))
  return [cut(answer.summary, 400), ...statements].join('\n')
}

/**
 * A keyword counts as a whole word. One that the verdict's own sentence holds only at the start of longer words (`tolerat`,
 * `preempt`, `Xmx`) is a stem, and counts at the start of a word.
 */
function names(text: string, keyword: string, truth: string): boolean {
  if (hasWord(text, keyword)) return true
  const isStem = !hasWord(truth, keyword) && hasWordStart(truth, keyword)
  return isStem && hasWordStart(text, keyword)
}

/** The facts that an answer leaves out; empty where it names all of them. */
export function missingFacts(answer: Answer, verdict: Verdict): string[] {
  const text = readableText(answer)
  const missing = verdict.keywords.filter((keyword) => !names(text, keyword, verdict.root_cause))
  const groups = verdict.keywords_any.filter((group) => !group.some((word) => names(text, word, verdict.root_cause)))
  return [...missing, ...groups.map((group) => `one of ${group.join(' | ')}`)]
}
