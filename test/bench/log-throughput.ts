import { parseArgs } from 'node:util'
import { mineStream } from '#src/logs/scan/mine-stream.ts'
import { corpusTemplates } from './log-corpus-templates.ts'
import { createRandom, generateSystem } from './log-corpus.ts'

/*
 * How fast a log streams through reader and miner, and in how much memory. The stream is generated: lines of the invented systems with
 * stamps, some as JSON, some coloured, some with a stack trace, and a share of them with words never said before; with --unlike,
 * every line is of seven random words, so that none is like another. Making it is not part of the time. Prints one line of JSON;
 * time is by the clock, `lines_per_cpu_second` by what the process used of a core, which other work on the machine disturbs less.
 *   npm run bench:log-throughput [-- MEBIBYTES] [--unlike]
 */

const { values, positionals } = parseArgs({ allowPositionals: true, options: { unlike: { type: 'boolean' } } })
const mebibytes = Number(positionals[0] ?? 256)
const pieceSize = 65_536
const random = createRandom(11)
const contents = Object.keys(corpusTemplates)
  .flatMap((name, index) => generateSystem(name, 4000, 100 + index).map((line) => line.content))
  .toSorted(() => random() - 0.5)
let made = 0

function randomWord(): string {
  const length = 3 + Math.floor(random() * 8)
  return Array.from({ length }, () => String.fromCharCode(97 + Math.floor(random() * 26))).join('')
}

function nextLine(): string {
  const stamp = new Date(1_770_000_000_000 + made++ * 7).toISOString()
  if (values.unlike) return `${stamp} ${Array.from({ length: 7 }, randomWord).join(' ')}\n`
  const content = contents[Math.floor(random() * contents.length)] ?? ''
  const dice = random()
  if (dice < 0.15) return `{"level":"info","time":"${stamp}","msg":${JSON.stringify(content)}}\n`
  if (dice < 0.2) return `${stamp} \u001b[32mINFO\u001b[0m ${content}\n`
  if (dice < 0.205)
    return `${stamp} ERROR java.lang.IllegalStateException: no plan\n\tat a.B.c(B.java:1)\n\tat a.D.e(D.java:2)\n`
  if (dice < 0.21)
    return `${stamp} WARN caller ${Math.floor(random() * 1e9)
      .toString(36)
      .replaceAll(/\d/g, 'x')} was late\n`
  return `${stamp} INFO [worker-${made % 16}] ${content}\n`
}

function nextPiece(): string {
  let piece = ''
  while (piece.length < pieceSize) piece += nextLine()
  return Buffer.from(piece).toString()
}

const spent = { clock: 0, cpu: 0, longest: 0 }

function timed<Result>(work: () => Result): Result {
  const [started, used] = [performance.now(), process.cpuUsage()]
  const result = work()
  spent.clock += performance.now() - started
  const { user, system } = process.cpuUsage(used)
  const cpu = (user + system) / 1000
  spent.cpu += cpu
  spent.longest = Math.max(spent.longest, cpu)
  return result
}

const miner = mineStream()
const baseline = process.memoryUsage.rss()
let [bytes, peak] = [0, 0]
while (bytes < mebibytes * 1_048_576) {
  const piece = nextPiece()
  bytes += piece.length
  timed(() => miner.push(piece))
  peak = Math.max(peak, process.memoryUsage.rss())
}
const { lines, records, kinds, forgotten } = timed(() => miner.end())
console.log(
  JSON.stringify({
    bench: 'log-throughput',
    mebibytes: Math.round(bytes / 1_048_576),
    lines,
    records,
    kinds: kinds.length,
    forgotten_kinds: forgotten.kinds,
    lines_per_second: Math.round(lines / (spent.clock / 1000)),
    lines_per_cpu_second: Math.round(lines / (spent.cpu / 1000)),
    mebibytes_per_second: Math.round(bytes / 1_048_576 / (spent.clock / 1000)),
    longest_piece_cpu_ms: Math.round(spent.longest),
    rss_mib_before: Math.round(baseline / 1_048_576),
    rss_mib_peak: Math.round(peak / 1_048_576),
  }),
)
