import type { KeptCase } from './kept-case.ts'

const parts = [
  'evidence',
  'findings',
  'log_targets',
  'logs_asked',
  'asked_unwell',
  'metric_questions',
  'actions',
  'timings',
] as const

/**
 * A kept case read back; undefined where a part is missing or broken, for half of a case is none. Its values are what this service
 * wrote: they are not validated field by field.
 */
export function readKeptCase(kept: Readonly<Record<string, string>> | undefined): KeptCase | undefined {
  if (!kept || parts.some((part) => kept[part] === undefined)) return undefined
  try {
    return Object.fromEntries(
      Object.entries(kept).map(([part, text]) => [part, JSON.parse(text)]),
    ) as unknown as KeptCase
  } catch {
    return undefined
  }
}
