import { describe, expect, it } from 'vitest'
import type { Silence } from '#src/domain/silence.ts'
import { coveredBy } from '#src/intake/silencing.ts'
import { buildSignal } from '#test/helpers/build-signal.ts'
import { checkout } from '#test/helpers/intake-context.ts'

const silence: Silence = {
  id: 'sil_1',
  matchers: [
    { field: 'namespace', operator: '=', value: 'payments' },
    { field: 'kind', operator: '=', value: 'Deployment' },
  ],
  starts_at: '2026-11-21T11:00:00Z',
  ends_at: '2026-11-21T13:00:00Z',
  created_by: 'ada',
  comment: 'upgrade',
}
const at = (time: string, silences: Silence[] = [silence]) => ({ silences, now: Date.parse(`2026-11-21T${time}Z`) })
const matchable = { signal: buildSignal(), service: 'gateway' }

describe('src/intake/silencing/covered-by', () => {
  it('names the silence, who made it, until when and why', () => {
    expect(coveredBy(matchable, undefined, at('12:00:00'))).toBe(
      'silence sil_1 of ada until 2026-11-21T13:00:00Z: upgrade',
    )
  })

  it.each([
    ['before it begins', at('10:59:59')],
    ['from its end on', at('13:00:00')],
    [
      'where one matcher does not fit',
      at('12:00:00', [
        { ...silence, matchers: [...silence.matchers, { field: 'name', operator: '=', value: 'other' }] },
      ]),
    ],
    ['without matchers', at('12:00:00', [{ ...silence, matchers: [] }])],
  ])('covers nothing %s', (_when, covers) => {
    expect(coveredBy(matchable, undefined, covers)).toBeUndefined()
  })

  it('knows the maintenance windows of the service', () => {
    const window = { starts_at: '2026-11-21T11:00:00Z', ends_at: '2026-11-21T13:00:00Z', comment: 'disks' }
    const entry = { ...checkout, maintenance: [window] }
    expect(coveredBy(matchable, entry, at('12:00:00', []))).toBe('a maintenance window of checkout: disks')
    expect(coveredBy(matchable, entry, at('14:00:00', []))).toBeUndefined()
  })
})
