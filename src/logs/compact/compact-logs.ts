import type { FindingDraft } from '#src/domain/finding.ts'
import { collectItems, type CompactItem, type LogToCompact } from './collect-items.ts'

/** The logs to compact; without `max_tokens` the budget depends on their length. */
export interface CompactRequest {
  logs: readonly LogToCompact[]
  /** Findings that cite lines of these logs: those lines come first. */
  findings: readonly Pick<FindingDraft, 'evidence'>[]
  max_tokens?: number
}

/** The digest, with its tokens and what was left out. */
export interface CompactLogs {
  text: string
  tokens: number
  /** Tokens of the logs before compaction. */
  raw_tokens: number
  left_out: { kinds: number; lines: number; logs: number }
}

/** Logs with more lines than this are compacted to a tenth of their tokens. */
const longLogLines = 2000

const compactionFactor = 10

const maxTokens = 6000

/** Short logs may use this budget, because compaction would save little. */
const minBudget = 1500

/** Tokens for the lines that say what was left out. */
const reservedTokens = 60

/*
 * Estimates the tokens of a text for any model. Byte-pair vocabularies use one token for a common English word with its leading
 * space, about one more per four letters of longer words, one per group of at most three digits, one per mark, and about one per
 * character of other scripts. The estimate rounds up each of these, so that the budget holds for the real model too: for log lines,
 * which are full of ids and marks, it is some 10 to 40 % higher than common vocabularies count.
 */

const lettersPerToken = 4

const digitsPerToken = 2

/**
 * The digest of logs for a model: decisive lines with their neighbours, then lines that earlier instances and siblings do not have,
 * errors by kind with counts and times, the last lines, and of the rest the rarest kinds first; each line once, within a budget of
 * tokens, and with the counts of what was left out.
 */
export function compactLogs({ logs, findings, max_tokens }: CompactRequest): CompactLogs {
  const raw_tokens = logs.reduce((sum, log) => sum + rawTokens(log), 0)
  const lines = logs.reduce((sum, log) => sum + log.lines, 0)
  const budget = Math.min(max_tokens ?? maxTokens, budgetFor(raw_tokens, lines))
  const items = collectItems(logs, findings)
  const { chosen, left } = choose(items, budget - reservedTokens)
  const shown = new Set(chosen.map(({ log }) => log))
  const left_out = {
    kinds: left.length,
    lines: left.reduce((sum, item) => sum + item.represents, 0),
    logs: logs.filter((log) => !shown.has(log)).length,
  }
  const text = render(chosen, logs, left_out)
  return { text, tokens: estimateTokens(text), raw_tokens, left_out }
}

function budgetFor(raw: number, lines: number): number {
  const tenth = Math.floor(raw / compactionFactor)
  return lines > longLogLines ? tenth : Math.max(tenth, minBudget)
}

function rawTokens({ records, raw_tokens }: LogToCompact): number {
  return raw_tokens ?? records.reduce((sum, record) => sum + estimateTokens(record.text) + 1, 0)
}

/** The items with the lowest ranks that fit; the headline of a log counts with the first item of that log. */
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

/** The estimated tokens of a text, seldom too few. One pass without allocations. */
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
