import { describe, expect, it } from 'vitest'
import { renderExecutionList } from '#src/reporting/render-execution.ts'
import { buildExecution, minutesAfter } from '#test/helpers/build-change.ts'

describe('src/reporting/render-execution/list', () => {
  it('says who is at what, and what a run has seen after it', () => {
    const observed_after = { state: 'still_there', because: 'so', run_id: 'run_2', at: minutesAfter(9) } as const
    const executions = [buildExecution(), buildExecution({ id: 'exe_2', status: 'done', observed_after })]
    const text = renderExecutionList(executions, Date.parse(minutesAfter(65)), { colour: false, width: 200 })
    expect(text).toMatchInlineSnapshot(`
      "ID     STATUS   AGE    BY    OUTCOME      ACTION
      exe_1  running  1h 5m  anna  -            roll back Deployment/gateway in payments
      exe_2  done     1h 5m  anna  still there  roll back Deployment/gateway in payments
      "
    `)
  })
})
