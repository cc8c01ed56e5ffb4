import { describe, expect, it } from 'vitest'
import { securityContext } from '#src/rules/containers/security-context.ts'
import { clusterView, container, deployment, waiting } from '#test/helpers/build-cluster.ts'
import { missingFacts } from '#test/helpers/missing-facts.ts'

const judge = (message: string, reason = 'CreateContainerConfigError') =>
  securityContext.find(
    clusterView(deployment('web', [container('api')], { statuses: [waiting('api', reason, message)] })),
  )

describe('src/rules/containers/security-context', () => {
  it.each([
    'container has runAsNonRoot and image will run as root (pod: "web-0_shop(1)", container: api)',
    'container has runAsNonRoot and image has non-numeric user (nginx), cannot verify user is non-root',
    'container\'s runAsUser breaks non-root policy (pod: "web-0_shop(1)", container: api)',
  ])('reads "%s", and never proposes to give up the demand', (message) => {
    const [finding] = judge(message)
    expect(finding?.mechanism).toBe('run_as_non_root')
    expect(missingFacts(finding?.statement, 'runAsNonRoot', 'root')).toEqual([])
    const [remedy] = finding?.remedies ?? []
    expect(remedy).toMatchObject({ kind: 'custom_instruction', params: { change: 'patch_security_context' } })
    expect(remedy?.needs ?? []).toEqual([])
    expect(JSON.stringify(finding?.remedies)).toMatch(/runAsUser.*1000/)
    expect(JSON.stringify(finding?.remedies)).not.toMatch(/runAsNonRoot(?: to)?:? ?false/)
  })

  it('tells a path that cannot be made on a read-only root', () => {
    const [finding] = judge(
      'failed to create containerd task: mkdir /var/cache/app: read-only file system',
      'CreateContainerError',
    )
    expect(finding?.mechanism).toBe('file_permission')
    expect(finding?.statement).toContain('/var/cache/app')
  })

  it('is silent about other refusals', () => {
    expect(judge('secret "db" not found')).toEqual([])
  })
})
