import { describe, expect, it } from 'vitest'
import type { RecommendedAction } from '#src/domain/action.ts'
import { withholdSecrets } from '#src/orchestrator/nodes/coordinate-actions.ts'

const redact = (text: string) => text.replaceAll('hunter22', '[redacted:secret]')
const action: RecommendedAction = {
  id: 'act_1',
  kind: 'set_env',
  target: { kind: 'Deployment', namespace: 'shop', name: 'api' },
  params: { container: 'api', name: 'DB_PASSWORD', value: 'hunter22' },
  params_from: {},
  needs: [],
  reason: 'an earlier revision had hunter22',
  risk: 'low',
  reversible: true,
  what_if: { would_resolve: 'unknown', because: 'hunter22 worked' },
  guard: { verdict: 'needs_approval', reasons: [] },
  approval: { required: true, status: 'required' },
}

describe('src/orchestrator/nodes/coordinate-actions', () => {
  it('asks for a value that is a secret instead of showing or masking it', () => {
    const shown = withholdSecrets(action, redact)
    expect(shown.params).toEqual({ container: 'api', name: 'DB_PASSWORD' })
    expect(shown.needs).toMatchObject([{ param: 'value' }])
    expect(JSON.stringify(shown)).not.toContain('hunter22')
  })

  it('leaves other parameters as they are, also nested ones', () => {
    const params = { container: 'api', limits: { memory: '256Mi' }, args: ['--port', '80'] }
    expect(withholdSecrets({ ...action, params }, redact).params).toEqual(params)
  })

  it('masks inside what a person reads', () => {
    const shown = withholdSecrets({ ...action, kind: 'escalate', params: { ask: 'is hunter22 right?' } }, redact)
    expect(shown.params).toEqual({ ask: 'is [redacted:secret] right?' })
  })
})
