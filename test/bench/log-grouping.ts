import { parseArgs } from 'node:util'
import { type LineGroup, rootOf } from '#src/logs/mining/pattern.ts'
import { createTemplateMiner } from '#src/logs/mining/template-miner.ts'
import { corpusTemplates } from './log-corpus-templates.ts'
import { generateSystem } from './log-corpus.ts'
import { readLabelledLogs, type LabelledLog } from './read-labelled-logs.ts'
import { scoreGrouping } from './score-grouping.ts'

const help = `How well lines are put into kinds, with one setting for all systems.

  npm run bench:logs [-- FOLDER] [-v]

FOLDER   every *_structured*.csv in it and below it is one system: CSV with the columns Content (the line without its
         head) and EventId (the statement that said it), in any order, others are passed over.
         Without a folder, a corpus that is generated here.
-v       tells which statements went wrong, with lines of them
--help   this text

A table goes to standard error, one line of JSON to standard output. For each system and as a mean over systems:
  grouping accuracy   share of lines whose group holds exactly the lines of one statement
  group F1            the same for groups, each counted once: harmonic mean of group precision (right groups of those
                      found) and group recall (right groups of the statements there are)
`

type Scored = ReturnType<typeof measure>

function generated(): LabelledLog[] {
  return Object.keys(corpusTemplates).map((name, index) => ({ name, lines: generateSystem(name, 2000, 7 + index) }))
}

function measure({ name, lines }: LabelledLog, verbose: boolean) {
  const miner = createTemplateMiner()
  const started = performance.now()
  const groups = lines.map(({ content }, index) => miner.add(content, index))
  const kinds = miner.kinds()
  const seconds = (performance.now() - started) / 1000
  const settled = groups.map(rootOf)
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
    forgotten_lines: miner.forgotten().lines,
    lines_per_second: Math.round(lines.length / seconds),
  }
}

/** Statements in several groups, and groups of several statements, with an example of each. */
function explain(name: string, lines: LabelledLog['lines'], groups: readonly LineGroup[]): void {
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

const figures = ['grouping_accuracy', 'group_f1', 'group_precision', 'group_recall'] as const

function meansOf(systems: readonly Scored[]): Record<string, number> {
  const mean = (figure: (typeof figures)[number]): number =>
    Math.round((systems.reduce((sum, system) => sum + system[figure], 0) / systems.length) * 1000) / 1000
  return Object.fromEntries(figures.map((figure) => [`mean_${figure}`, mean(figure)]))
}

function tabulate(systems: readonly Scored[], means: Record<string, number>): void {
  const wide = Math.max(6, ...systems.map(({ name }) => name.length))
  const row = (name: string, cells: readonly (string | number)[]): void =>
    console.error(`${name.padEnd(wide)} ${cells.map((cell) => String(cell).padStart(10)).join('')}`)
  row('system', ['accuracy', 'F1', 'precision', 'recall', 'statements', 'found', 'lines'])
  for (const { name, statements, found, lines, ...scores } of systems)
    row(name, [...figures.map((figure) => scores[figure].toFixed(3)), statements, found, lines])
  row(
    'mean',
    figures.map((figure) => means[`mean_${figure}`]?.toFixed(3) ?? ''),
  )
}

function main(): void {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { help: { type: 'boolean', short: 'h' }, verbose: { type: 'boolean', short: 'v' } },
  })
  if (values.help) return console.log(help)
  if (positionals.length > 1) throw new Error(`one folder at most, not ${positionals.length}`)
  const [folder] = positionals
  const logs = folder === undefined ? generated() : readLabelledLogs(folder)
  const systems = logs.map((log) => measure(log, values.verbose ?? false))
  const means = meansOf(systems)
  tabulate(systems, means)
  const corpus = folder === undefined ? 'generated' : 'labelled'
  console.log(JSON.stringify({ bench: 'logs', corpus, systems: systems.length, ...means, files: systems }))
}

try {
  main()
} catch (error) {
  console.error(`bench:logs: ${error instanceof Error ? error.message : String(error)} (--help tells what it takes)`)
  process.exitCode = 1
}
