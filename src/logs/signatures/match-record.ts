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

/** What the name of an environment variable looks like; prose that a pattern caught instead does not. */
const variableName = /^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*$/
/** Capitals that logs are full of and that name no variable. */
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

/** A frame that stands by itself names code, and says nothing of what is wrong. */
const stackFrame = /^at [\w.$<>/]+\(/
const longestWord = 150
const endlessWord = /\S{220,}/g

/** Records whose program says that they are no trouble: only words that decide by themselves are looked for in them. */
const calm: ReadonlySet<string | undefined> = new Set(['trace', 'debug', 'info'])
const known = new WeakMap<LogRecord, SignatureMatch[]>()

/** Every family that a record speaks of, with the first wording that fits. */
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
    if ((before && namesSomething(before)) || (calm.has(record.level) && !signature.anyLevel)) continue
    const match = matchSignature(record, body, signature)
    if (match && (!before || namesSomething(match))) matches.set(signature.family, match)
  }
  return [...matches.values()]
}

/**
 * What is searched: without the stamp of its first line, whose digits would be taken for line numbers, and with endless words cut
 * in their middle, on which patterns would spend seconds.
 */
function bodyOf(record: LogRecord): string {
  const [, ...rest] = record.text.split('\n')
  const body = [record.message, ...rest].join('\n').replaceAll('\\"', '"')
  return body.replaceAll(endlessWord, (word) => `${word.slice(0, longestWord)}…${word.slice(-50)}`)
}

function matchSignature(record: LogRecord, body: string, signature: Signature): SignatureMatch | undefined {
  let plain: SignatureMatch | undefined
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
      said: sayOf(body, match),
      matched: match[0],
    }
    if (namesSomething(found)) return found
    plain ??= found
  }
  return plain
}

/** A match that names who or what is the better one of its family. */
function namesSomething({ facts }: SignatureMatch): boolean {
  return Object.keys(facts).length > 0
}

const shown = 130

/**
 * The lines that a match spans; where they are many, the last one, which is where programs put the point; where the point would
 * be cut off, from near the point on.
 */
function sayOf(text: string, match: RegExpExecArray): string {
  const end = match.index + match[0].trimEnd().length
  const stop = text.indexOf('\n', end)
  const start = text.lastIndexOf('\n', match.index) + 1
  const from = end - start <= 250 ? start : Math.max(start, text.lastIndexOf('\n', end - 1) + 1)
  const last = stop < 0 ? text.length : stop
  if (end - from <= shown) return text.slice(from, last)
  const near = Math.max(from, Math.min(match.index, end - shown))
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
