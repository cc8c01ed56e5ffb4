import { describe, expect, it } from 'vitest'
import { buildDecision } from '#test/helpers/build-decision.ts'
import { buildSweep } from '#test/helpers/build-sweep.ts'
import { briefOf, buildSweepReport } from '#src/reporting/sweep-report.ts'
import { renderSweepMarkdown } from '#src/reporting/render-markdown.ts'

const [base] = buildDecision().root_causes

describe('src/reporting/render-markdown/sweep', () => {
  it('tells the same as a page', () => {
    expect(renderSweepMarkdown(buildSweep())).toMatchInlineSnapshot(`
      "# prod-eu: 4 namespaces, 3 with an issue, 1 unknown, 0 healthy \\(1.2 s\\)

      Not asked: 3 system namespaces \\(--include-system includes them\\).

      ## Issues, the worst first

      - **P2 2 namespaces**: **Node/worker-1** (node\\_not\\_ready): Node worker-1 is not ready.
        - affects: bank, mail
      - **P2 shop**: **Deployment/cart in shop** (missing\\_env): CART\\_URL is not set.
        - do: **set an environment variable of Deployment/cart in shop**: The program does not start without it. (container = app, name = CART\\_URL)
          - value must be given: Which address has the cart?

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
