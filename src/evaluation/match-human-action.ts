import type { AnsweredAction } from './answer.ts'
import { asksFor, namesNoun, namesVerb, textForPerson } from './human-words.ts'
import { isPlaceholder } from './match-value.ts'
import { isOpen, parseTarget, type TargetPattern, textNamesTarget, touchesTarget } from './match-target.ts'
import type { ExpectedAction } from './scenario.ts'
import { hasWord } from './words.ts'

/** `Create-Secret` and `create_secret` are one word. */
function changeOf(action: AnsweredAction): string | undefined {
  const { change } = action.params
  return typeof change === 'string' ? change.toLowerCase().replace(/[\s-]+/g, '_') : undefined
}

function namesNeed(word: string, action: AnsweredAction, text: string): boolean {
  if (changeOf(action) === word) return true
  return namesVerb(word, text) && namesNoun(word, text)
}

/** A param's words: its name, and what it is set to where that is a plain text. */
function namesParam(name: string, value: unknown, text: string): boolean {
  if (hasWord(text, name)) return true
  const first = Array.isArray(value) ? String(value[0]).split(':')[0] : value
  return typeof first === 'string' && !isPlaceholder(first) && hasWord(text, first)
}

// What is created is told by its name; what is changed is told only together with the field.
const needsParams = /^(?:patch|set|label|remove)_/

/**
 * True where a text for a person (`custom_instruction` or `escalate`) names the target and the need of a change that only a
 * person can carry out.
 */
export function matchesHumanAction(expected: ExpectedAction, action: AnsweredAction): boolean {
  const text = textForPerson(action)
  if (!textNamesTarget(parseTarget(expected.target), text)) return false
  if (!namesNeed(expected.kind, action, text)) return false
  if (!needsParams.test(expected.kind)) return true
  const told = Object.entries(expected.params).filter(([name]) => name !== 'after' && name !== 'note')
  return told.every(([name, value]) => namesParam(name, value, text))
}

const negation = /\b(?:not|never|without|don't|instead of|rather than|no need to|nor|avoid)\b/i

/** The imperative sentences of a text: what it says not to do is none of its advice. */
function advice(text: string): string[] {
  return text.split(/[.;!]\s+|\n/).map((sentence) => sentence.replace(new RegExp(`${negation.source}.*$`, 'i'), ''))
}

function advisesParam(name: string, value: unknown, text: string): boolean {
  if (isPlaceholder(value)) return true
  if (value === true && hasWord(text, name)) return true
  const plain = String(value).replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)
  return new RegExp(String.raw`\b${name}\b\W{0,4}(?:to|is|as)?\W{0,4}${plain}`, 'i').test(text)
}

function sentenceNames(target: TargetPattern, sentence: string): boolean {
  return isOpen(target) ? target.kind === '*' || hasWord(sentence, target.kind) : textNamesTarget(target, sentence)
}

function advisesChange(bad: ExpectedAction, action: AnsweredAction): boolean {
  if (changeOf(action) === bad.kind) return true
  const target = parseTarget(bad.target)
  return advice(textForPerson(action)).some((sentence) => {
    const asked = asksFor(bad.kind, sentence)
    return asked && (touchesTarget(target, action.target) || sentenceNames(target, sentence))
  })
}

/** True where a text for a person advises what the verdict forbids: the same rules, and what it warns of does not count. */
export function advisesForbidden(bad: ExpectedAction, action: AnsweredAction): boolean {
  const target = parseTarget(bad.target)
  const text = textForPerson(action)
  if (!touchesTarget(target, action.target) && !textNamesTarget(target, text)) return false
  if (!advisesChange(bad, action)) return false
  const told = Object.entries(bad.params).filter(([name]) => name !== 'after')
  return told.every(([name, value]) => advisesParam(name, value, text))
}
