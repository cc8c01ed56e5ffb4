import { describe, expect, it } from 'vitest'
import { lifecycleHooks } from '#src/rules/containers/lifecycle-hooks.ts'
import type { ContainerStatus, KubernetesObject } from '#src/domain/kubernetes/objects.ts'
import { ago, clusterView, container, crashLoop, deployment, event, status } from '#test/helpers/build-cluster.ts'
import { missingFacts } from '#test/helpers/missing-facts.ts'

const hooked = container('api', { lifecycle: { postStart: { exec: { command: ['/bin/register', '--now'] } } } })
function judge(found: ContainerStatus, seconds = 30) {
  const objects = deployment('web', [hooked], { statuses: [found] })
  const events = [
    event(objects[0] as KubernetesObject, 'FailedPostStartHook', 'PostStartHook failed', {
      on: 'api',
      last_seen: ago(seconds),
    }),
  ]
  return lifecycleHooks.find(clusterView(objects, { events }))
}

describe('src/rules/containers/lifecycle-hooks', () => {
  it('names the hook and its command where the container dies of it', () => {
    const [finding] = judge(crashLoop('api', 137))
    expect(finding).toMatchObject({ mechanism: 'lifecycle_hook_failed', container: 'api' })
    expect(missingFacts(finding?.statement, 'postStart', '/bin/register --now')).toEqual([])
  })

  it('is silent once the container is well, or where the event is old', () => {
    expect(judge(status('api'))).toEqual([])
    expect(judge(crashLoop('api', 1), 7200)).toEqual([])
  })
})
