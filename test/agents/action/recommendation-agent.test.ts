import { describe, expect, it } from 'vitest'
import { collectRemedies } from '#agents/action/recommendation-agent.ts'
import { createEvidenceLedger } from '#agents/evidence-ledger.ts'
import type { Remedy, WhatIf } from '#src/domain/action.ts'
import type { Mechanism } from '#src/domain/mechanism.ts'
import { clusterView } from '#test/helpers/build-cluster.ts'
import { finding } from '#test/helpers/build-finding.ts'

const target = { kind: 'Deployment', namespace: 'shop', name: 'api' }
const base = { target, reason: 'because', risk: 'low' as const, reversible: true }
const judged = (would_resolve: WhatIf['would_resolve']): WhatIf => ({ would_resolve, because: 'seen' })
const setEnv: Remedy = {
  ...base,
  kind: 'set_env',
  params: { container: 'api', name: 'A' },
  needs: [{ param: 'value', ask: 'the value of A' }],
}
const rollback = (what_if: WhatIf): Remedy => ({ ...base, kind: 'rollback', params: {}, what_if })
const restart = (what_if: WhatIf): Remedy => ({ ...base, kind: 'restart_rollout', params: {}, what_if })
const escalate: Remedy = { ...base, kind: 'escalate', params: { ask: 'why?' } }

function kinds(own: Remedy[], consequence: Remedy[], mechanism: Mechanism = 'missing_env'): string[] {
  const root = finding('f_1', { mechanism, remedies: own })
  const other = finding('f_2', { mechanism: 'rollout_stuck', remedies: consequence })
  const elsewhere = finding('f_3', {
    resource: { ...target, name: 'other' },
    remedies: [restart(judged('yes'))],
  })
  const ledger = createEvidenceLedger((text) => text)
  return collectRemedies(root, [root, other, elsewhere], clusterView([]), ledger).map((action) => action.kind)
}

describe('agents/action/recommendation-agent', () => {
  it('takes the root’s own first, then what consequences on the same workload suggest, but not whom to ask', () => {
    expect(kinds([setEnv], [rollback(judged('unknown')), escalate])).toEqual(['set_env', 'rollback'])
  })

  it('prefers going back to what still serves over waiting for an answer', () => {
    expect(kinds([setEnv], [rollback(judged('yes'))])).toEqual(['rollback', 'set_env'])
  })

  it('does not go back where the pod template is not at fault', () => {
    expect(kinds([escalate], [rollback(judged('yes'))], 'quota_exceeded')).toEqual(['escalate', 'rollback'])
  })

  it('leaves out what would not help, unless there is nothing else', () => {
    expect(kinds([restart(judged('no')), setEnv], [])).toEqual(['set_env'])
    expect(kinds([restart(judged('no'))], [])).toEqual(['restart_rollout'])
  })
})
