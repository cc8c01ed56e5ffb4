import { describe, expect, it } from 'vitest'
import type { Signal } from '#src/domain/signal.ts'
import type { IntakeSource } from '#src/intake/sources/index.ts'
import { createIntake } from '#src/intake/signal-intake.ts'
import { fixture, intakeContext } from '#test/helpers/intake-context.ts'

function buildIntake() {
  const handed: Signal[] = []
  const intake = createIntake({
    signals: {
      receive: (signals) => {
        handed.push(...signals)
        return Promise.resolve(
          signals.map((_, index) => ({ signal_id: `sig_${index}`, status: 'created', reason: 'new' })),
        )
      },
    },
    context: intakeContext(),
    now: () => Date.parse('2026-11-21T12:00:00Z'),
  })
  const receive = (source: IntakeSource, body: unknown) =>
    intake.receive({ source, body, headers: {}, wants_answer: false, caller: 'ada', trace_id: 't' })
  return { receive, handed }
}

describe('src/intake/signal-intake/create-intake', () => {
  it('hands all signals of a payload in, and answers their results', async () => {
    const { receive, handed } = buildIntake()
    const receipt = await receive('kubernetes', fixture('kubernetes-events/event-list'))
    expect(receipt).toMatchObject({ kind: 'taken', results: [{ signal_id: 'sig_0' }, { signal_id: 'sig_1' }] })
    expect(handed).toHaveLength(2)
  })

  it('hands nothing of a payload in that is wrong anywhere', async () => {
    const { receive, handed } = buildIntake()
    const receipt = await receive('generic', [{ namespace: 'shop' }, {}])
    expect(receipt).toMatchObject({ kind: 'invalid', problems: [{ path: '1.namespace' }] })
    expect(handed).toEqual([])
  })

  it('answers handshakes, and what reports no problem', async () => {
    const { receive } = buildIntake()
    expect(await receive('slack', fixture('slack/url-verification'))).toMatchObject({
      kind: 'reply',
      body: { challenge: expect.any(String) },
    })
    expect(await receive('pagerduty', fixture('pagerduty/incident-acknowledged'))).toEqual({
      kind: 'reply',
      body: { signals: [], skipped: [expect.stringContaining('acknowledged')] },
    })
  })

  it('takes a time anew for each signal that bears none', async () => {
    const { receive, handed } = buildIntake()
    await receive('decide', { namespace: 'shop' })
    expect(handed[0]?.observed_at).toBe('2026-11-21T12:00:00.000Z')
  })
})
