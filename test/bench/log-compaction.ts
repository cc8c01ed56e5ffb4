import { loadScenarios } from '#src/evaluation/scenario.ts'
import { compactIncident } from '#test/helpers/compact-incident.ts'
import { percentile } from './percentile.ts'

/*
 * In how many tokens the logs of recorded incidents are told to a model, with each log put into 2,500 everyday lines, and whether
 * a fact of the verdict that stood in them is lost. Prints one line of JSON.
 *   npm run bench:compaction [-- FOLDER]
 */

const folder = process.argv[2] ?? process.env['SRE_AGENT_SCENARIOS'] ?? 'practice/incidents'
const scenarios = await loadScenarios(folder)
const started = performance.now()
const told = [0, 0.4, 1].flatMap((place) => scenarios.flatMap((scenario) => compactIncident(scenario, place) ?? []))
const ms = performance.now() - started
const ratios = told.map(({ compact }) => compact.tokens / compact.raw_tokens).toSorted((left, right) => left - right)
const tokens = told.map(({ compact }) => compact.tokens).toSorted((left, right) => left - right)
const share = (value: number): number => Math.round(value * 10_000) / 10_000
console.log(
  JSON.stringify({
    bench: 'log-compaction',
    digests: told.length,
    lines: told.reduce((sum, { lines }) => sum + lines, 0),
    facts: told.reduce((sum, { facts }) => sum + facts.length, 0),
    lost: told.flatMap(({ name, lost }) => lost.map((word) => `${name}: ${word}`)),
    ratio_p50: share(ratios[Math.floor(ratios.length / 2)] ?? 0),
    ratio_p95: share(ratios[Math.floor(ratios.length * 0.95)] ?? 0),
    ratio_max: share(ratios.at(-1) ?? 0),
    tokens_p50: percentile(tokens, 50),
    tokens_max: tokens.at(-1),
    ms_per_digest: Math.round(ms / told.length),
  }),
)
