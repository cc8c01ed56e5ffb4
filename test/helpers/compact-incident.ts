import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { compactLogs, type CompactLogs } from '#src/logs/compact/compact-logs.ts'
import type { LogToCompact } from '#src/logs/compact/collect-items.ts'
import { readRecords } from '#src/logs/read-records.ts'
import type { Scenario } from '#src/evaluation/scenario.ts'
import { hasWord } from '#src/evaluation/words.ts'
import { noiseLines } from './noise-lines.ts'

/** A recorded incident whose logs were made long, told in short. */
export interface CompactIncident {
  name: string
  compact: CompactLogs
  lines: number
  /** Facts of the verdict that the recorded logs hold, and those of them that the digest has lost. */
  facts: string[]
  lost: string[]
}

const noisePerLog = 2500

/** Puts each recorded log into everyday lines, at `place` of them (0: before, 1: behind all), and tells them in short. */
export function compactIncident({ name, folder, verdict }: Scenario, place: number): CompactIncident | undefined {
  const path = join(folder, 'logs')
  const files = existsSync(path) ? readdirSync(path).filter((file) => file.endsWith('.log')) : []
  const recorded = files.map((file) => ({ file, text: readFileSync(join(path, file), 'utf8').trim() }))
  const spoken = recorded.filter(({ text }) => text !== '')
  if (spoken.length === 0) return undefined
  const logs = spoken.map(({ file, text }, index) => longLog(file, text, { place, seed: index + name.length }))
  const compact = compactLogs({ logs, findings: [] })
  const raw = spoken.map(({ text }) => text).join('\n')
  const facts = [...verdict.keywords, ...verdict.keywords_any.flat()].filter((word) => hasWord(raw, word))
  const lost = facts.filter((word) => !hasWord(compact.text, word))
  return { name, compact, lines: logs.reduce((sum, log) => sum + log.lines, 0), facts, lost }
}

function longLog(file: string, text: string, { place, seed }: { place: number; seed: number }): LogToCompact {
  const noise = noiseLines(noisePerLog, seed)
  const at = Math.round(noise.length * place)
  const lines = [...noise.slice(0, at), ...text.split('\n'), ...noise.slice(at)]
  const [pod = '', rest = ''] = file.replace(/\.log$/, '').split('__')
  return {
    pod,
    container: rest.replace(/\.previous$/, ''),
    previous: rest.endsWith('.previous'),
    records: readRecords(lines.map((line) => ({ text: line }))),
    lines: lines.length,
    complete: true,
  }
}
