import { RE2JS, RE2JSException } from 're2js'

/*
 * Regular expressions of people, in time linear in the text for any pattern: a pattern that backtracks for hours would stop the
 * service. RE2 does the matching; the limits here are narrower than its own.
 */

/** True where the whole text matches. */
export type LinearPattern = (text: string) => boolean

const maxInstructions = 4_000
const maxRepeats = 256
const maxDepth = 32

/** Compiles a pattern; one that cannot be used gives the reason. `.` matches every character, also a line break. */
export function linearPattern(pattern: string): LinearPattern | { error: string } {
  const problem = findProblem(pattern)
  if (problem !== undefined) return { error: problem }
  try {
    const compiled = RE2JS.compile(pattern, RE2JS.DOTALL)
    if (compiled.programSize() > maxInstructions) return { error: 'it is too large' }
    // A matcher with captures keeps little memory; `testExact` would let each pattern cache megabytes of states.
    return (text) => compiled.matcher(text).matches()
  } catch (error) {
    if (error instanceof RE2JSException) return { error: reasonOf(error) }
    throw error
  }
}

function reasonOf({ message }: Error): string {
  return message.replace(/^error parsing regexp: /, '').replace('`(?s)', '`')
}

/** What RE2 would accept and is not accepted here: flags and named groups, deep groups, many repeats, a brace that repeats nothing. */
function findProblem(pattern: string): string | undefined {
  let depth = 0
  for (const [token] of pattern.matchAll(/\\[^]?|\[\^?\]?(?:\\[^]|[^\]\\])*\]?|\((?:\?:?)?|\{[^}]*\}?|[^]/g)) {
    if (token.startsWith('(')) {
      if (token === '(?') return 'look-around, flags and named groups are not allowed'
      if (++depth > maxDepth) return `groups are nested more than ${maxDepth} deep`
    }
    if (token === ')') depth--
    if (token.startsWith('{')) {
      const problem = repeatProblem(token)
      if (problem !== undefined) return problem
    }
  }
  return undefined
}

function repeatProblem(token: string): string | undefined {
  const [, least, , most] = /^\{(\d{1,4})(,(\d{0,4}))?\}$/.exec(token) ?? []
  if (least === undefined) return 'a "{" must begin {n}, {n,} or {n,m}'
  return Math.max(Number(least), Number(most ?? 0)) > maxRepeats
    ? `at most ${maxRepeats} repeats are allowed`
    : undefined
}
