import { describe, expect, it } from 'vitest'
import { buildDecision } from '#test/helpers/build-decision.ts'
import { buildReport } from '#src/reporting/decision-report.ts'
import { renderMarkdown } from '#src/reporting/render-markdown.ts'

const render = (parts = {}) => renderMarkdown(buildReport(buildDecision(parts)))

describe('src/reporting/render-markdown', () => {
  it('says the same as the text report', () => {
    expect(render()).toMatchInlineSnapshot(`
      "# issue: shop/cart (P2, config)

      Deployment cart needs CART\\_URL. Confidence: high.

      ## Cause

      - **Deployment/cart in shop \\(missing\\_env\\)**: CART\\_URL is not set.

      ## Do this

      **Set an environment variable of Deployment/cart in shop \\(set\\_env\\)**: The program does not start without it.

      - container = \`app\`
      - name = \`CART_URL\` (from log of cart-1/app, restart 2)
      - **value** must be given: Which address has the cart?
      - Low risk, can be undone.
      - Would fix the cause: yes \\(the variable is what it misses\\).
      - Safety check: needs an approval \\(changes are approved by people\\).
      - Approval: required, not requested yet.

      ## Evidence

      - log: CART\\_URL is required (log of cart-1/app, restart 2, text of the workload, not trusted)

      ## Consequences

      - Deployment/cart in shop \\(missing\\_env\\) → Service/cart in shop \\(service\\_without\\_endpoints\\): it selects its pods

      ## Not seen

      - metrics: no source (needs a metrics source)

      ## Details

      incident inc\\_1, run run\\_1, trace trace\\_1 \\(stop condition all\\_teams\\_reported\\)
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
