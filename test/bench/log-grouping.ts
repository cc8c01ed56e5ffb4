import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { LineGroup } from '../../src/analyzers/logs/mining/pattern.ts'
import { rootOf } from '../../src/analyzers/logs/mining/root-of.ts'
import { createTemplateMiner } from '../../src/analyzers/logs/mining/template-miner.ts'
import { corpusTemplates } from './log-corpus-templates.ts'
import { generateSystem, type LabelledLine } from './log-corpus.ts'
import { parseCsv } from './parse-csv.ts'
import { scoreGrouping } from './score-grouping.ts'

/*
 * How well lines are put into kinds, with one setting for all systems. With a folder, every `*_structured*.csv` below it
 * (LineId, Content, EventId); without one, a corpus that is generated here. Prints one line of JSON; -v tells what went wrong.
 *   npm run bench:logs [-- FOLDER] [-v]
 */

const verbose = process.argv.includes('-v')
const folder = process.argv.slice(2).find((argument) => !argument.startsWith('-'))
const systems = folder === undefined ? generated() : labelled(folder)
if (systems.length === 0) throw new Error(`no *_structured*.csv in ${folder}`)

function generated(): { name: string; lines: LabelledLine[] }[] {
  return Object.keys(corpusTemplates).map((name, index) => ({ name, lines: generateSystem(name, 2000, 7 + index) }))
}

function labelled(root: string): { name: string; lines: LabelledLine[] }[] {
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) =>
    /_structured[^/]*\.csv$/.test(name),
  )
  return files.toSorted().map((name) => {
    const [header = [], ...rows] = parseCsv(readFileSync(join(root, name), 'utf8'))
    const [content, event] = [header.indexOf('Content'), header.indexOf('EventId')]
    if (content < 0 || event < 0) throw new Error(`${name} has no Content or no EventId`)
    return { name, lines: rows.map((row) => ({ content: row[content] ?? '', event: row[event] ?? '' })) }
  })
}

function measure({ name, lines }: { name: string; lines: LabelledLine[] }) {
  const miner = createTemplateMiner()
  const started = performance.now()
  const groups = lines.map(({ content }, index) => miner.add(content, index))
  const kinds = miner.kinds()
  const seconds = (performance.now() - started) / 1000
  const settled: LineGroup[] = groups.map(rootOf)
  const scores = scoreGrouping(
    lines.map((line) => line.event),
    settled,
  )
  if (verbose) explain(name, lines, settled)
  return {
    name,
    lines: lines.length,
    ...scores,
    found: kinds.length,
    lines_per_second: Math.round(lines.length / seconds),
  }
}

/** Statements in several groups, and groups of several statements, with an example of each. */
function explain(name: string, lines: readonly LabelledLine[], groups: readonly LineGroup[]): void {
  const places = lines.map((line, index) => ({ ...line, group: groups[index] as LineGroup }))
  for (const [event, said] of Map.groupBy(places, (place) => place.event)) {
    const kinds = Map.groupBy(said, (place) => place.group)
    if (kinds.size < 2) continue
    console.error(`${name} ${event} is in ${kinds.size} groups:`)
    for (const [, [one]] of [...kinds].slice(0, 4)) console.error(`    ${one?.content}`)
  }
  for (const [, said] of Map.groupBy(places, (place) => place.group)) {
    const events = Map.groupBy(said, (place) => place.event)
    if (events.size < 2) continue
    console.error(`${name} one group holds ${events.size} statements:`)
    for (const [event, [one]] of [...events].slice(0, 4)) console.error(`    ${event} ${one?.content}`)
  }
}

const files = systems.map(measure)
const mean = (of: (file: (typeof files)[number]) => number): number =>
  Math.round((files.reduce((sum, file) => sum + of(file), 0) / files.length) * 1000) / 1000
console.log(
  JSON.stringify({
    bench: 'logs',
    corpus: folder === undefined ? 'generated' : 'labelled',
    systems: files.length,
    mean_grouping_accuracy: mean((file) => file.grouping_accuracy),
    mean_group_f1: mean((file) => file.group_f1),
    files,
  }),
)
