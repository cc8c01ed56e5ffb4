/**
 * Returns the facts that a text does not name. A fact is a name, a key, a value or a number with its unit; it counts as a
 * whole word, in any case. Tests assert facts, so that a sentence may be reworded without a change of a test.
 */
export function missingFacts(text: string | undefined, ...facts: readonly (string | number)[]): string[] {
  const words = (text ?? '').toLowerCase()
  return facts.map(String).filter((fact) => !namesFact(words, fact.toLowerCase()))
}

function namesFact(text: string, fact: string): boolean {
  const isWord = (char: string | undefined): boolean => char !== undefined && /\w/.test(char)
  for (let at = text.indexOf(fact); at !== -1; at = text.indexOf(fact, at + 1)) {
    const touchesBefore = isWord(fact[0]) && isWord(text[at - 1])
    const touchesAfter = isWord(fact.at(-1)) && isWord(text[at + fact.length])
    if (!touchesBefore && !touchesAfter) return true
  }
  return false
}
