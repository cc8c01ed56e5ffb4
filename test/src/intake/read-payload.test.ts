import { describe, expect, it } from 'vitest'
import { type IntakeSource, signalSources } from '#src/intake/sources/index.ts'
import { readPayload } from '#src/intake/read-payload.ts'
import { Signal } from '#src/domain/signal.ts'
import { checkout, fixture, intakeContext } from '#test/helpers/intake-context.ts'
import { Random } from '#test/helpers/random.ts'

const fixtures: ReadonlyArray<[IntakeSource, string]> = [
  ['alertmanager', 'alertmanager/kube-prometheus-stack'],
  ['gcp', 'gcp/k8s-container-open'],
  ['datadog', 'datadog/triggered'],
  ['newrelic', 'newrelic/workflow-activated'],
  ['grafana', 'grafana/unified-alerting'],
  ['pagerduty', 'pagerduty/incident-triggered'],
  ['generic', 'generic/alerts'],
  ['kubernetes', 'kubernetes-events/event-list'],
  ['logs', 'logs/lines'],
  ['slack', 'slack/app-mention'],
  ['github', 'github/deployment-status-failure'],
]
const context = { ...intakeContext({ services: [checkout] }), headers: {} }
const foreign = [
  null,
  '',
  0,
  -1,
  1e308,
  true,
  [],
  {},
  'x'.repeat(10_000),
  '\u0000\u001b[31m',
  '\ud800',
  { __proto__: 1 },
  [[[]]],
  '2026-99-99',
  '../..',
]

/** The value with one part of it, anywhere, replaced by something else. */
function broken(value: unknown, random: Random): unknown {
  if (typeof value !== 'object' || value === null || random.below(4) === 0) return random.pick(foreign as [unknown])
  if (Array.isArray(value)) {
    const at = random.below(value.length)
    return value.map((item, index) => (index === at ? broken(item, random) : item))
  }
  const keys = Object.keys(value)
  const key = keys[random.below(keys.length)] ?? 'none'
  return { ...value, [key]: broken(Reflect.get(value, key), random) }
}

describe('src/intake/read-payload', () => {
  it.each(fixtures)('gives signals of %s that hold what a signal promises', (source, name) => {
    const result = readPayload(source, fixture(name), context)
    if (!('signals' in result)) throw new Error(JSON.stringify(result))
    expect(result.signals.length).toBeGreaterThan(0)
    expect(result.signals.filter((signal) => !Signal.safeParse(signal).success)).toEqual([])
  })

  it.each(fixtures)('takes %s whole or refuses it with every field named, however it is broken', (source, name) => {
    const random = new Random(name.length)
    const whole = fixture(name)
    const results = Array.from({ length: 400 }, () => readPayload(source, broken(whole, random), context))
    const refused = results.flatMap((result) => ('problems' in result ? [result.problems] : []))
    const taken = results.flatMap((result) => ('signals' in result ? result.signals : []))
    expect([refused.length > 0, taken.length > 0]).toEqual([true, true])
    expect(refused.filter((problems) => problems.length === 0)).toEqual([])
    const problem = { path: expect.any(String), problem: expect.any(String), allowed: expect.any(String) }
    expect(refused.flat()).toEqual(refused.flat().map(() => problem))
    expect(taken.filter((signal) => !Signal.safeParse(signal).success)).toEqual([])
  })

  it.each(Object.keys(signalSources) as IntakeSource[])('refuses what is no payload at all of %s', (source) => {
    for (const body of [null, undefined, 1, 'x', true, [1]]) {
      const result = readPayload(source, body, context)
      expect('problems' in result, JSON.stringify(body)).toBe(true)
    }
  })

  it('bounds and cleans what it takes', () => {
    const labels = Object.fromEntries(
      Array.from({ length: 200 }, (_, index) => [`key-${index}-${'k'.repeat(200)}`, 'v'.repeat(9_000)]),
    )
    const body = {
      alert: 'A'.repeat(900),
      namespace: 'shop',
      message: `password=hunter2 ${'m '.repeat(9_000)}`,
      labels: { password: 'hunter2', ...labels },
    }
    const result = readPayload('generic', body, context)
    if (!('signals' in result)) throw new Error('refused')
    const [signal] = result.signals
    expect(JSON.stringify(signal)).not.toContain('hunter2')
    const kept = Object.entries(signal?.labels ?? {})
    expect(kept).toHaveLength(64)
    expect(kept.filter(([key, value]) => key.length > 64 || value.length > 256)).toEqual([])
    expect([signal?.alert?.length, signal?.message?.length]).toEqual([200, 4096])
  })

  it('names at most 100 fields', () => {
    const result = readPayload(
      'generic',
      Array.from({ length: 1_000 }, () => ({})),
      context,
    )
    expect('problems' in result && result.problems).toHaveLength(100)
  })
})
