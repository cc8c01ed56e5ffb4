import { describe, expect, it } from 'vitest'
import { buildDecision } from '#test/helpers/build-decision.ts'
import { buildReport } from '#src/reporting/decision-report.ts'
import { renderMarkdown } from '#src/reporting/render-markdown.ts'

const render = (parts = {}) => renderMarkdown(buildReport(buildDecision(parts)))

describe('src/reporting/render-markdown', () => {
  it('says the same as the text report', () => {
    expect(render()).toMatchInlineSnapshot(`
      "# issue: cart (P2, config)

      Deployment cart needs CART\\_URL. Confidence 90 %.

      ## Cause

      - **Deployment/cart in shop**: missing_env, 90 %. CART\\_URL is not set.

      ## Do this

      **set_env** Deployment/cart in shop: The program does not start without it.

      - container = \`app\`
      - name = \`CART_URL\` (from: ev\\_1)
      - needs **value**: Which address has the cart?
      - risk low, reversible
      - would it resolve this? yes: the variable is what it misses
      - guard: needs approval: changes are approved by people; approval: required

      ## What could not be seen

      - metrics: no source; needs a metrics source

      ## Evidence

      - ev\\_1, log, untrusted text: CART\\_URL is required (log of cart-1/app, restart 2)

      ## What follows from it

      - Deployment/cart in shop \\(missing\\_env\\) → Service/cart in shop \\(service\\_without\\_endpoints\\): it selects its pods

      ## Record

      Incident inc\\_1, run run\\_1, trace trace\\_1; stopped by all\\_teams\\_reported.
      "
    `)
  })

  it.each([
    '![x](http://evil/p.png)',
    '<img src=x>',
    '[go](javascript:x)',
    '# head',
    '| a |',
    '@everyone',
    'http://evil',
  ])('makes plain text of %s', (hostile) => {
    const [line] = render({ summary: hostile }).split('\n').slice(2)
    expect(line).not.toMatch(/(?<!\\)[<[@|#]|:\/\//)
  })

  it('fences a value that holds backticks', () => {
    const action = { ...buildDecision().recommended_actions[0]!, kind: 'set_image' as const }
    const fenced = { ...action, params: { container: 'app', image: 'a`b``c' } }
    expect(render({ recommended_actions: [fenced] })).toContain('``` a`b``c ```')
  })
})
