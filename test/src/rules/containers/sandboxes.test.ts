import { describe, expect, it } from 'vitest'
import { sandboxes } from '#src/rules/containers/sandboxes.ts'
import type { Container, KubernetesObject } from '#src/domain/kubernetes/objects.ts'
import { clusterView, container, deployment, event, status, waiting } from '#test/helpers/build-cluster.ts'
import { missingFacts } from '#test/helpers/missing-facts.ts'

function judge(one: Container, message: string, found = waiting('api', 'ContainerCreating')) {
  const objects = deployment('web', [one], { statuses: [found], replicas: 2 })
  const events = objects.slice(0, 2).map((each: KubernetesObject) => event(each, 'FailedCreatePodSandBox', message))
  return sandboxes.find(clusterView(objects, { events }))
}

describe('src/rules/containers/sandboxes', () => {
  it('tells a memory limit that not even the sandbox fits into', () => {
    const one = container('api', { resources: { limits: { memory: '4Mi' } } })
    const [finding] = judge(
      one,
      'Failed to create pod sandbox: rpc error: OCI runtime create failed: container init was OOM-killed (memory limit too low?)',
    )
    expect(finding?.mechanism).toBe('sandbox_failed')
    expect(finding?.statement).toContain('4Mi')
    expect(finding?.remedies[0]).toMatchObject({ kind: 'patch_resources', params: { container: 'api' } })
  })

  it('tells that addresses ran out, and asks the platform', () => {
    const [finding] = judge(
      container('api'),
      'failed to setup network for sandbox: plugin type="calico" failed (add): no IP addresses available in range set: 10.0.0.1-10.0.0.254',
    )
    expect(missingFacts(finding?.statement, 'no IP addresses')).toEqual([])
    expect(finding?.remedies.map(({ kind }) => kind)).toEqual(['escalate'])
  })

  it('is silent once a container of the pod runs', () => {
    expect(judge(container('api'), 'Failed to create pod sandbox', status('api'))).toEqual([])
  })
})
