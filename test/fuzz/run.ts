import { parseArgs } from 'node:util'
import { fuzz } from './fuzz.ts'
import { startFuzzService } from './fuzz-service.ts'

/* npm run fuzz [-- --inputs N --seed N]: odd input for every route; exit code 1 where an answer was a bad one. */

const { values } = parseArgs({
  options: { inputs: { type: 'string', default: '24000' }, seed: { type: 'string', default: '1' } },
})
await using service = await startFuzzService()
const plan = { inputs: Number(values.inputs), seed: Number(values.seed) * 1_000_000, parallel: 8, patience_ms: 20_000 }
const begun = performance.now()
const { inputs, statuses, findings, slowest_ms } = await fuzz({ url: service.url, ...plan })
const seconds = Math.round((performance.now() - begun) / 1000)
const errors = service.errors()
console.log(`${inputs} inputs in ${seconds} s, the slowest answer after ${Math.round(slowest_ms)} ms`)
console.log(`by status: ${JSON.stringify(statuses)}`)
for (const { number, why, request } of findings) console.log(`\ninput ${number}: ${why}\n  ${request}`)
for (const error of errors.slice(0, 10)) console.log(`\nin the log: ${JSON.stringify(error).slice(0, 500)}`)
process.exitCode = findings.length + errors.length > 0 || inputs < plan.inputs ? 1 : 0
