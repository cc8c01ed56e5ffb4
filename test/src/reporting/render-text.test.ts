import { describe, expect, it } from 'vitest'
import { buildDecision } from '#test/helpers/build-decision.ts'
import { missingFacts } from '#test/helpers/missing-facts.ts'
import type { Decision } from '#src/domain/decision.ts'
import { buildReport } from '#src/reporting/decision-report.ts'
import { renderText } from '#src/reporting/render-text.ts'

const render = (parts = {}, colour = false) =>
  renderText(buildReport(buildDecision(parts), 'http://host/api/incidents/inc_1'), { colour, width: 80 })

describe('src/reporting/render-text', () => {
  it('says the verdict first, then cause, what to do, the evidence, and what could not be seen', () => {
    expect(render()).toMatchInlineSnapshot(`
      "ISSUE  P2  shop/cart  (config)
      Deployment cart needs CART_URL.
      Confidence: high. One thing could not be seen, see below.

      Cause
        Deployment/cart in shop (missing_env)
        CART_URL is not set.

      Do this
        Set an environment variable of Deployment/cart in shop (set_env)
        The program does not start without it.
          container = app
          name = CART_URL (from log of cart-1/app, restart 2)
          value must be given: Which address has the cart?
        Low risk, can be undone.
        Would fix the cause: yes (the variable is what it misses).
        Safety check: needs an approval (changes are approved by people).
        Approval: required, not requested yet.

      Evidence
        log     CART_URL is required
                log of cart-1/app, restart 2 (text of the workload, not trusted)

      Consequences
        Deployment/cart in shop (missing_env) -> Service/cart in shop
        (service_without_endpoints)
          it selects its pods

      Not seen
        - metrics: no source (needs a metrics source)

      Details
        incident inc_1, run run_1, trace trace_1 (stop condition all_teams_reported)
        http://host/api/incidents/inc_1
      "
    `)
  })

  it('leaves out what there is nothing to say about', () => {
    const text = render({
      outcome: 'healthy',
      classification: { category: 'none', severity: 'P5', service: 'cart', confidence: 0.9 },
      summary: 'Nothing is wrong.',
      root_causes: [],
      causal_chain: [],
      recommended_actions: [],
      gaps: [],
    })
    expect(text.split('\n\n').map((section) => section.split(/\W/)[0])).toEqual(['HEALTHY', 'Details'])
    expect(text).not.toMatch(/P5|none/)
  })

  it('gives the confidence in words, and of each cause where there are several', () => {
    const [cause] = buildDecision().root_causes
    const text = render({ confidence: 0.71, root_causes: [cause, { ...cause, confidence: 0.3 }] })
    expect(text).toContain('Confidence: medium.')
    expect(text).toContain('1. Deployment/cart in shop (missing_env, confidence high)')
    expect(text).toContain('2. Deployment/cart in shop (missing_env, confidence low)')
    expect(text).not.toMatch(/0\.\d|\d %/)
  })

  it('does not say the same twice', () => {
    const [cause] = buildDecision().root_causes
    const text = render({ summary: 'CART_URL is not set. 2 other findings follow from it.', root_causes: [cause!] })
    expect(text.match(/CART_URL is not set/g)).toHaveLength(1)
  })

  it.each<[string[], 'yes' | 'unknown', string, string[]]>([
    [['value'], 'unknown', 'it depends on what is asked for: value', ['`value`']],
    [['name', 'key'], 'unknown', 'it depends on what is asked for: name, key', ['`name`', '`key`']],
    [[], 'unknown', 'no rule judges it', ['unknown', 'no rule judges it']],
    [[], 'yes', 'the key is there then', ['yes', 'the key is there then']],
  ])('tells what a change would do, with %j still to be given (%s)', (params, would_resolve, because, facts) => {
    const needs = params.map((param) => ({ param, ask: 'Which?' }))
    const action = { ...buildDecision().recommended_actions[0]!, needs, what_if: { would_resolve, because } }
    const line = render({ recommended_actions: [action] })
      .split('\n')
      .find((each) => each.includes('Would fix'))
    expect(missingFacts(line, ...facts)).toEqual([])
    expect(line?.includes(because)).toBe(params.length === 0)
  })

  it('says at once that something could not be seen, and counts it', () => {
    const gap = buildDecision().gaps[0]!
    const head = (gaps: Decision['gaps']) => render({ gaps }).split('\n\n')[0]?.split('\n') ?? []
    expect(head([]).join()).not.toContain('could not be seen')
    expect(missingFacts(head([gap, gap]).at(-1), '2 things could not be seen')).toEqual([])
    expect(render({ gaps: [] })).not.toContain(gap.what)
  })

  it('colours only where it is told to', () => {
    expect(render()).not.toContain('\u001b')
    expect(render({}, true)).toContain('\u001b[31mISSUE')
  })

  it.each(['\u001b]0;owned\u0007', '\u001b[2J', '\u009b31m', '\u202egnp.exe', 'a\r\nROOT: ok', '\u200b', '\u2028'])(
    'lets no hostile text through: %j',
    (hostile) => {
      const cause = { ...buildDecision().root_causes[0]!, statement: `bad ${hostile} end` }
      const params = { service: 'cart', operation: hostile, arguments: { [hostile]: hostile } }
      const action = { ...buildDecision().recommended_actions[0]!, kind: 'ops_call' as const, params }
      const text = render({ summary: hostile, root_causes: [cause], recommended_actions: [action] })
      // oxlint-disable-next-line no-control-regex -- what must not be there
      expect(text.replaceAll('\n', '')).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e]/)
      expect(text).not.toMatch(/^ROOT/m)
    },
  )

  it('shows a few facts of a cause and counts the rest', () => {
    const fact = buildDecision().evidence[0]!
    const evidence = Array.from({ length: 7 }, (_, index) => ({ ...fact, id: `ev_${index}` }))
    const cause = { ...buildDecision().root_causes[0]!, evidence: evidence.map(({ id }) => id) }
    expect(render({ evidence, root_causes: [cause] })).toMatch(/\b3 more\b/)
  })
})
