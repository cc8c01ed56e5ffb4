import { badRequest } from './status.ts'

type Labels = Record<string, string>
type Requirement = (labels: Labels) => boolean

const setPattern = /^(\S+)\s+(in|notin)\s*\(([^)]*)\)$/
const equalPattern = /^([^\s=!]+)\s*(==|=|!=)\s*([^\s=!]*)$/
const keyPattern = /^(!?)\s*([A-Za-z0-9]([-A-Za-z0-9_./]*[A-Za-z0-9])?)$/

/** Splits at commas that stand outside parentheses. */
function splitTerms(selector: string): string[] {
  return selector
    .split(/,(?![^(]*\))/)
    .map((term) => term.trim())
    .filter((term) => term !== '')
}

function parseTerm(term: string): Requirement {
  const set = setPattern.exec(term)
  if (set !== null) {
    const [, key = '', operator, list = ''] = set
    const values = new Set(list.split(',').map((value) => value.trim()))
    const wanted = operator === 'in'
    return (labels) => (labels[key] !== undefined && values.has(labels[key])) === wanted
  }
  const equal = equalPattern.exec(term)
  if (equal !== null) {
    const [, key = '', operator, value] = equal
    return operator === '!=' ? (labels) => labels[key] !== value : (labels) => labels[key] === value
  }
  const exists = keyPattern.exec(term)
  if (exists === null)
    throw badRequest(
      `unable to parse requirement: found '${term}', expected: ',', '!', identifier, in, notin, =, ==, !=, or 'end of string'`,
    )
  const [, negated, key = ''] = exists
  return (labels) => (labels[key] === undefined) === (negated === '!')
}

/** A predicate for a label selector, equality and set based; undefined when nothing is selected. */
export function parseLabelSelector(selector: string | null): Requirement | undefined {
  if (selector === null || selector.trim() === '') return undefined
  const requirements = splitTerms(selector).map(parseTerm)
  return (labels) => requirements.every((matches) => matches(labels))
}
