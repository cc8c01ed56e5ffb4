import { describe, expect, it } from 'vitest'
import { buildDecision } from '#test/helpers/build-decision.ts'
import { buildSweep } from '#test/helpers/build-sweep.ts'
import { briefOf, briefOfFailure, buildSweepReport } from '#src/reporting/sweep-report.ts'
import { renderSweepText } from '#src/reporting/render-text.ts'

const facts = { context: 'prod-eu', namespaces: 4, left_out: 3, ms: 1234 }
const [base] = buildDecision().root_causes
const whole = buildSweep()

describe('src/reporting/render-text/sweep', () => {
  it('tells totals, issues with what to do, and the unknown', () => {
    expect(renderSweepText(whole, { colour: false, width: 90 })).toMatchInlineSnapshot(`
      "prod-eu: 4 namespaces, 3 with an issue, 1 unknown, 0 healthy (1.2 s)
      Not asked: 3 system namespaces (--include-system includes them).

      Issues, the worst first
        P2  2 namespaces: Node/worker-1 (node_not_ready)
            Node worker-1 is not ready.
            affects: bank, mail
        P2  shop: Deployment/cart (missing_env)
            CART_URL is not set.
            do: set an environment variable of Deployment/cart: The program does not start
                without it.
                container = app, name = CART_URL
                value must be given: Which address has the cart?

      Unknown
        wiki
            - no answer: HTTP 500

      One of them in full: sre-agent decide -n NAMESPACE
      "
    `)
  })

  it('colours only where it is told to', () => {
    expect(renderSweepText(whole, { colour: false, width: 90 })).not.toContain('\u001b')
    expect(renderSweepText(whole, { colour: true, width: 90 })).toContain('\u001b[31m')
  })

  it('says only that all is well where all is', () => {
    const well = briefOf('shop', buildDecision({ outcome: 'healthy', root_causes: [], gaps: [] }))
    const report = buildSweepReport([well], { context: 'x', namespaces: 1, left_out: 0, ms: 40 })
    const text = renderSweepText(report, { colour: false, width: 90 })
    expect(text).toBe('x: 1 namespace, 0 with an issue, 1 healthy (0.0 s)\n')
  })

  it.each(['\u001b[2J', 'a\r\nROOT: ok', '\u202egnp.exe'])('lets no hostile text through: %j', (hostile) => {
    const cause = { ...base!, statement: hostile, resource: { kind: hostile, name: hostile } }
    const decision = buildDecision({ root_causes: [cause], summary: hostile })
    const briefs = [briefOf(hostile, decision), briefOfFailure(hostile, hostile)]
    const text = renderSweepText(buildSweepReport(briefs, { ...facts, context: hostile, cut: hostile }), {
      colour: false,
      width: 90,
    })
    // oxlint-disable-next-line no-control-regex -- what must not be there
    expect(text.replaceAll('\n', '')).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e]/)
    expect(text).not.toMatch(/^ROOT/m)
  })
})
