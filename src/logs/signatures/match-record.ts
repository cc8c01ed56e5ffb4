import type { LogRecord } from '#src/logs/log-record.ts'
import { access } from './access.ts'
import { badArguments, badConfig } from './configuration.ts'
import { failures } from './failures.ts'
import { missingSettings } from './missing-settings.ts'
import { connections, unresolvedNames, tlsFailures } from './network.ts'
import { resources } from './resources.ts'
import type { Fact, Facts, Signature, SignatureFamily, SignatureMatch } from './signature.ts'

/** All signatures; within a family the particular wordings come before the general ones. */
const signatures: readonly Signature[] = [
  ...missingSettings,
  ...access,
  ...badArguments,
  ...resources,
  ...unresolvedNames,
  ...tlsFailures,
  ...connections,
  ...failures,
  ...badConfig,
]

/** The shape of a variable's name. A pattern may also capture a word of prose, which does not have it. */
const variableName = /^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*$/
/** Words in capitals that are common in logs and name no variable. */
const notVariables = new Set([
  'ERROR',
  'FATAL',
  'HTTP',
  'URL',
  'JSON',
  'YAML',
  'TLS',
  'SSL',
  'DNS',
  'API',
  'THE',
  'AND',
  'NOT',
  'ENV',
])

/** A stack frame alone names code and no fault. */
const stackFrame = /^at [\w.$<>/]+\(/
const keptWordLength = 150
const longWord = /\S{220,}/g

/** In records of these levels only signatures with `anyLevel` are searched. */
const calmLevels: ReadonlySet<string | undefined> = new Set(['trace', 'debug', 'info'])
const known = new WeakMap<LogRecord, SignatureMatch[]>()

/** The matches of a record, one per family: the first signature that names a fact, else the first that matches. */
export function matchRecord(record: LogRecord): SignatureMatch[] {
  const before = known.get(record)
  if (before) return before
  const found = findMatches(record)
  known.set(record, found)
  return found
}

function findMatches(record: LogRecord): SignatureMatch[] {
  if (stackFrame.test(record.message) && !record.text.includes('\n')) return []
  const matches = new Map<SignatureFamily, SignatureMatch>()
  const body = bodyOf(record)
  for (const signature of signatures) {
    const before = matches.get(signature.family)
    if ((before && namesSomething(before)) || (calmLevels.has(record.level) && !signature.anyLevel)) continue
    const match = matchSignature(record, body, signature)
    if (match && (!before || namesSomething(match))) matches.set(signature.family, match)
  }
  return [...matches.values()]
}

/**
 * The text that is searched. The time of the first line is left out, because its digits look like line numbers; very long words are
 * shortened, because patterns would spend seconds on them.
 */
function bodyOf(record: LogRecord): string {
  const [, ...rest] = record.text.split('\n')
  const body = [record.message, ...rest].join('\n').replaceAll('\\"', '"')
  return body.replaceAll(longWord, (word) => `${word.slice(0, keptWordLength)}…${word.slice(-50)}`)
}

function matchSignature(record: LogRecord, body: string, signature: Signature): SignatureMatch | undefined {
  let withoutFacts: SignatureMatch | undefined
  for (const pattern of signature.patterns) {
    const match = pattern.exec(body)
    if (!match) continue
    const facts = definedFacts(match.groups)
    if (facts.variable !== undefined && !isVariable(facts.variable)) continue
    if (signature.family === 'missing_setting' && !facts.variable && !facts.setting && !facts.key) continue
    const found = {
      signature,
      facts: { ...extractFacts(body, signature), ...facts },
      record,
      excerpt: excerptOf(body, match),
      matched: match[0],
    }
    if (namesSomething(found)) return found
    withoutFacts ??= found
  }
  return withoutFacts
}

/** Of two matches of a family the one that names a fact is better. */
function namesSomething({ facts }: SignatureMatch): boolean {
  return Object.keys(facts).length > 0
}

const maxExcerptLength = 130

/** The lines that a match spans. Of many lines the last one, which usually states the fault; of a long line the part around the match. */
function excerptOf(text: string, match: RegExpExecArray): string {
  const end = match.index + match[0].trimEnd().length
  const stop = text.indexOf('\n', end)
  const start = text.lastIndexOf('\n', match.index) + 1
  const from = end - start <= 250 ? start : Math.max(start, text.lastIndexOf('\n', end - 1) + 1)
  const last = stop < 0 ? text.length : stop
  if (end - from <= maxExcerptLength) return text.slice(from, last)
  const near = Math.max(from, Math.min(match.index, end - maxExcerptLength))
  return near === from ? text.slice(from, last) : `…${text.slice(near, last).replace(/^\S{0,20}\s/, '')}`
}

function isVariable(name: string): boolean {
  return variableName.test(name) && name.length > 2 && !notVariables.has(name)
}

function definedFacts(groups: Record<string, string | undefined> | undefined): Facts {
  const facts: Facts = {}
  for (const [name, value] of Object.entries(groups ?? {}))
    if (value !== undefined && value !== '') facts[name as Fact] = value
  return facts
}

function extractFacts(text: string, signature: Signature): Facts {
  const facts: Facts = {}
  for (const [name, patterns] of Object.entries(signature.extract ?? {})) {
    for (const pattern of patterns) {
      const value = pattern
        .exec(text)
        ?.slice(1)
        .find((group) => group !== undefined && group !== '')
      if (value === undefined) continue
      facts[name as Fact] = value
      break
    }
  }
  return facts
}
