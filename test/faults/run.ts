import { parseArgs } from 'node:util'
import { runFaults } from '#test/helpers/faults/run-faults.ts'

/* Kills servers and workers under load, and says what was lost: nothing may be. Exits with 1 where something was. */

const { values } = parseArgs({
  options: {
    store: { type: 'string', default: 'sqlite' },
    kills: { type: 'string', default: '50' },
    problems: { type: 'string', default: '600' },
    help: { type: 'boolean', default: false },
  },
})
if (values.help) {
  process.stdout.write('npm run faults -- [--store sqlite|postgres] [--kills N] [--problems N]\n')
  process.exit(0)
}
if (values.store !== 'sqlite' && values.store !== 'postgres') throw new Error('--store must be sqlite or postgres')
const isPostgres = values.store === 'postgres'
const begun = performance.now()
const report = await runFaults({
  store: values.store,
  servers: isPostgres ? 3 : 1,
  workers: isPostgres ? 1 : 2,
  kills: Number(values.kills),
  limit: 3,
  problems: Number(values.problems),
  say: (line) => process.stderr.write(`${line}\n`),
})
const { lost_signals, unended, ended_twice, unended_runs, adrift, unasked, overlaps, over_limit } = report
const lists = [lost_signals, unended, ended_twice, unended_runs, adrift, unasked, overlaps]
const found = lists.reduce((sum, each) => sum + each.length, over_limit)
process.stdout.write(
  `${JSON.stringify({ store: values.store, kills: Number(values.kills), ...report, seconds: Math.round((performance.now() - begun) / 1000) })}\n`,
)
process.exitCode = found === 0 ? 0 : 1
