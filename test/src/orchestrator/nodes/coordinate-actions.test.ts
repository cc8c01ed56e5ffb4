import { describe, expect, it } from 'vitest'
import type { RecommendedAction } from '#src/domain/action.ts'
import { withholdSecrets } from '#src/orchestrator/nodes/coordinate-actions.ts'

const redact = (text: string) => text.replaceAll('hunter22', '[redacted:secret]')
const action = {
  id: 'act_1',
  kind: 'set_env' as const,
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
} satisfies RecommendedAction

describe('src/orchestrator/nodes/coordinate-actions', () => {
  it('asks for a value that is a secret instead of showing or masking it', () => {
    const shown = withholdSecrets(action, redact)
    expect(shown.params).toEqual({ container: 'api', name: 'DB_PASSWORD' })
    expect(shown.needs).toMatchObject([{ param: 'value' }])
    expect(JSON.stringify(shown)).not.toContain('hunter22')
  })

  it('leaves other parameters as they are, also nested ones', () => {
    const resources = { container: 'api', limits: { memory: '256Mi' } }
    const command = { container: 'api', args: ['--port', '80'] }
    const shown = [
      withholdSecrets({ ...action, kind: 'patch_resources', params: resources }, redact),
      withholdSecrets({ ...action, kind: 'set_command', params: command }, redact),
    ]
    expect(shown.map(({ params }) => params)).toEqual([resources, command])
  })

  it('asks the owner where no change is left without the secret', () => {
    const params = { container: 'api', name: 'hunter22', value: 'on' }
    const shown = withholdSecrets({ ...action, params, plan_hash: 'a'.repeat(64) }, redact)
    expect(shown).toMatchObject({ kind: 'escalate', target: action.target, needs: [], approval: { required: false } })
    expect(shown.params).toMatchObject({ ask: expect.stringContaining('set_env of Deployment api') })
    expect(shown.plan_hash).toBeUndefined()
    expect(JSON.stringify(shown)).not.toContain('hunter22')
  })

  it('masks inside what a person reads', () => {
    const shown = withholdSecrets({ ...action, kind: 'escalate', params: { ask: 'is hunter22 right?' } }, redact)
    expect(shown.params).toEqual({ ask: 'is [redacted:secret] right?' })
  })
})
