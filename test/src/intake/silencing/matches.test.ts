import { describe, expect, it } from 'vitest'
import type { Matcher } from '#src/domain/silence.ts'
import { matches } from '#src/intake/silencing.ts'
import { buildSignal } from '#test/helpers/build-signal.ts'
import { Random } from '#test/helpers/random.ts'

const signal = buildSignal({
  resource: { kind: 'Pod', namespace: 'payments', name: 'gateway-5786466ccc-q9z7s' },
  alert: 'KubePodCrashLooping',
  labels: { team: 'a' },
})
const fits = (field: string, operator: Matcher['operator'], value: string) =>
  matches({ field, operator, value }, { signal, service: 'checkout' })

describe('src/intake/silencing/matches', () => {
  it.each([
    ['namespace', 'payments'],
    ['service', 'checkout'],
    ['alert', 'KubePodCrashLooping'],
    ['kind', 'Pod'],
    ['kind', 'Deployment'],
    ['name', 'gateway'],
    ['name', 'gateway-5786466ccc-q9z7s'],
    ['reason', 'BackOff'],
    ['source', 'event'],
    ['cluster', ''],
    ['severity', ''],
    ['labels.team', 'a'],
    ['labels.absent', ''],
  ])('compares %s with %s', (field, value) => {
    expect(fits(field, '=', value)).toBe(true)
    expect(fits(field, '!=', value)).toBe(false)
    expect(fits(field, '=', `${value}x`)).toBe(false)
  })

  it('compares by pattern, over the whole text', () => {
    expect(fits('namespace', '=~', 'pay.*')).toBe(true)
    expect(fits('namespace', '=~', 'pay')).toBe(false)
    expect(fits('namespace', '!~', 'pay')).toBe(true)
  })

  it('is always the contrary of its negation, whatever the matcher, where it can be used', () => {
    const random = new Random(3)
    for (let round = 0; round < 500; round++) {
      const field = random.pick(['namespace', 'service', 'kind', 'name', 'labels.team', 'labels.none', 'alert'])
      const value = random.pick(['', 'a', 'payments', 'gateway.*', '.+', '.*', 'Pod|Deployment', 'x'])
      expect(fits(field, '=', value)).toBe(!fits(field, '!=', value))
      expect(fits(field, '=~', value)).toBe(!fits(field, '!~', value))
    }
  })

  it('fits nothing where it cannot be used, not even by negation', () => {
    for (const operator of ['=', '!=', '=~', '!~'] as const) expect(fits('message', operator, 'x')).toBe(false)
    expect(fits('alert', '!~', '(')).toBe(false)
  })
})
