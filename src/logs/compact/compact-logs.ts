import type { FindingDraft } from '#src/domain/finding.ts'
import { collectItems, type CompactItem, type LogToCompact } from './collect-items.ts'

/** What is to be told, and in how many tokens; without `most_tokens` as the logs' own length suggests. */
export interface CompactQuestion {
  logs: readonly LogToCompact[]
  /** What rests on lines of these logs: those lines come first. */
  findings: readonly Pick<FindingDraft, 'evidence'>[]
  most_tokens?: number
}

/** The logs in short, with what that costs and what was left out. */
export interface CompactLogs {
  text: string
  tokens: number
  /** What the logs would have cost as they were read. */
  raw_tokens: number
  left_out: { kinds: number; lines: number; logs: number }
}

/** Logs of more lines than this are told in a tenth of their tokens. */
const longLogs = 2000

const share = 10

const mostTokens = 6000

/** Short logs may take so much, for there is nothing to be gained. */
const fewestTokens = 1500

const headroom = 60

/*
 * How many tokens a text costs a model, without knowing which. Byte-pair vocabularies take a common English word with its leading
 * space for one token, longer words for one more per some four letters, digits in groups of at most three, each mark for itself,
 * and of other scripts about one token per character. The estimate rounds up at each of these, so that a budget that is kept here
 * is kept there: log lines, full of ids and marks, come out some 10 to 40 % above what common vocabularies count.
 */

const lettersPerToken = 4

const digitsPerToken = 2

/**
 * Logs as a model is given them: decisive lines with their neighbours, then what is new against earlier instances and siblings,
 * errors by kind with counts and times, last words, and of the rest the rarest kinds first, each line once; all within a budget of
 * tokens, and with what was left out in numbers.
 */
export function compactLogs({ logs, findings, most_tokens }: CompactQuestion): CompactLogs {
  const raw_tokens = logs.reduce((sum, log) => sum + rawTokens(log), 0)
  const lines = logs.reduce((sum, log) => sum + log.lines, 0)
  const budget = Math.min(most_tokens ?? mostTokens, budgetFor(raw_tokens, lines))
  const items = collectItems(logs, findings)
  const { chosen, left } = choose(items, budget - headroom)
  const told = new Set(chosen.map(({ log }) => log))
  const left_out = {
    kinds: left.length,
    lines: left.reduce((sum, item) => sum + item.stands_for, 0),
    logs: logs.filter((log) => !told.has(log)).length,
  }
  const text = render(chosen, logs, left_out)
  return { text, tokens: estimateTokens(text), raw_tokens, left_out }
}

function budgetFor(raw: number, lines: number): number {
  const tenth = Math.floor(raw / share)
  return lines > longLogs ? tenth : Math.max(tenth, fewestTokens)
}

function rawTokens({ records, raw_tokens }: LogToCompact): number {
  return raw_tokens ?? records.reduce((sum, record) => sum + estimateTokens(record.text) + 1, 0)
}

/** The weightiest first, as long as they fit; a log's headline is paid for with the first item that needs it. */
function choose(items: readonly CompactItem[], budget: number): { chosen: CompactItem[]; left: CompactItem[] } {
  const chosen: CompactItem[] = []
  const left: CompactItem[] = []
  const headed = new Set<LogToCompact>()
  let spent = 0
  for (const item of items.toSorted((one, other) => one.rank - other.rank)) {
    const cost = estimateTokens(item.text) + 2 + (headed.has(item.log) ? 0 : estimateTokens(headOf(item.log)) + 1)
    if (spent + cost > budget) {
      left.push(item)
      continue
    }
    spent += cost
    headed.add(item.log)
    chosen.push(item)
  }
  return { chosen, left }
}

function headOf({ pod, container, previous, lines, complete }: LogToCompact): string {
  const which = previous ? ', previous instance' : ''
  return `== ${pod}/${container}${which}: ${lines} lines${complete ? '' : ', the newest of more'}`
}

/** By log, and within a log in the order of its lines. */
function render(
  chosen: readonly CompactItem[],
  logs: readonly LogToCompact[],
  left_out: CompactLogs['left_out'],
): string {
  const parts = logs.flatMap((log) => {
    const own = chosen.filter((item) => item.log === log).toSorted((one, other) => one.line - other.line)
    return own.length === 0 ? [] : [headOf(log), ...own.map(({ text }) => text)]
  })
  const { kinds, lines, logs: silent } = left_out
  const rest = kinds > 0 ? [`left out: ${kinds} kinds of lines with ${lines} lines`] : []
  return [...parts, ...rest, ...(silent > 0 ? [`left out: ${silent} logs in which nothing stands out`] : [])].join('\n')
}

/** Tokens of a text, seldom too few. Pure, one pass, nothing allocated. */
export function estimateTokens(text: string): number {
  let tokens = 0
  let [letters, digits] = [0, 0]
  const settle = (): void => {
    tokens += Math.ceil(letters / lettersPerToken) + Math.ceil(digits / digitsPerToken)
    letters = 0
    digits = 0
  }
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (isLetter(code)) {
      if (digits > 0) settle()
      letters++
    } else if (code >= 48 && code <= 57) {
      if (letters > 0) settle()
      digits++
    } else {
      settle()
      if (code > 127) tokens += code > 0x7ff ? 2 : 1
      else if (code !== 32) tokens++
    }
  }
  settle()
  return tokens
}

function isLetter(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 65 && code <= 90)
}
