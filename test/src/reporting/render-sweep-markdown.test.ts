import { describe, expect, it } from 'vitest'
import { buildDecision } from '#test/helpers/build-decision.ts'
import { buildSweep } from '#test/helpers/build-sweep.ts'
import { briefOf } from '#src/reporting/namespace-brief.ts'
import { renderSweepMarkdown } from '#src/reporting/render-sweep-markdown.ts'
import { buildSweepReport } from '#src/reporting/sweep-report.ts'

const [base] = buildDecision().root_causes

describe('src/reporting/render-sweep-markdown', () => {
  it('tells the same as a page', () => {
    expect(renderSweepMarkdown(buildSweep())).toMatchInlineSnapshot(`
      "# 3 of 4 namespaces have an issue \\(cluster prod-eu\\)

      1 unknown, 0 healthy; 1.2 s.

      3 system namespaces left out \\(--include-system asks about them, too\\).

      ## Issues, worst first

      - **P2 2 namespaces**: **Node/worker-1**: node_not_ready. Node worker-1 is not ready.
        - suffering: bank, mail
      - **P2 shop**: **Deployment/cart in shop**: missing_env. CART\\_URL is not set.
        - do: **set_env** Deployment/cart in shop: The program does not start without it. (container = app, name = CART\\_URL)
          - needs value: Which address has the cart?

      ## Unknown

      - **wiki**
        - no answer: HTTP 500
      "
    `)
  })

  it('makes no link, image or tag of what a cluster says', () => {
    const statement = '[x](http://evil) ![y](z) <img src=q> `code` @team'
    const report = buildSweepReport([briefOf('shop', buildDecision({ root_causes: [{ ...base!, statement }] }))], {
      context: 'x',
      namespaces: 1,
      left_out: 0,
      ms: 1,
    })
    expect(renderSweepMarkdown(report)).not.toMatch(/\]\(|[^\\]<|http:\/\/|[^\\]`|[^\\]@/)
  })
})
