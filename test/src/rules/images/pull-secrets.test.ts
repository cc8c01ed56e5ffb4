import { describe, expect, it } from 'vitest'
import { pullSecrets } from '#src/rules/images/pull-secrets.ts'
import type { KubernetesObject } from '#src/domain/kubernetes/objects.ts'
import { clusterView, container, deployment, event, secret, waiting } from '#test/helpers/build-cluster.ts'

const refused = waiting('api', 'ImagePullBackOff', 'pull access denied: no basic auth credentials')
const pulling = (statuses = [refused]) =>
  deployment('web', [container('api')], { statuses, spec: { imagePullSecrets: [{ name: 'hub-creds' }] } })

describe('src/rules/images/pull-secrets', () => {
  it('names the pull secret that is proved absent', () => {
    const [finding] = pullSecrets.find(clusterView(pulling()))
    expect(finding).toMatchObject({ mechanism: 'missing_pull_secret', resource: { kind: 'Deployment', name: 'web' } })
    expect(finding?.statement).toContain('hub-creds')
    expect(finding?.remedies[0]).toMatchObject({
      kind: 'custom_instruction',
      params: { change: 'create_secret' },
      target: { kind: 'Secret', name: 'hub-creds' },
    })
  })

  it('is silent where the secret exists, or may exist unseen', () => {
    expect(pullSecrets.find(clusterView([...pulling(), secret('hub-creds')]))).toEqual([])
    expect(pullSecrets.find(clusterView(pulling(), { unseen: ['Secret'] }))).toEqual([])
  })

  it('takes the word of the kubelet where secrets may not be listed', () => {
    const objects = pulling()
    const events = [
      event(
        objects[0] as KubernetesObject,
        'FailedToRetrieveImagePullSecret',
        'Unable to retrieve some image pull secrets (hub-creds); attempting to pull the image may not succeed.',
      ),
    ]
    expect(pullSecrets.find(clusterView(objects, { unseen: ['Secret'], events }))).toHaveLength(1)
  })

  it('does not blame credentials for a registry that cannot be reached', () => {
    expect(
      pullSecrets.find(clusterView(pulling([waiting('api', 'ErrImagePull', 'dial tcp 10.0.0.1:443: i/o timeout')]))),
    ).toEqual([])
  })

  it('is silent while the image runs without the secret', () => {
    expect(
      pullSecrets.find(
        clusterView(deployment('web', [container('api')], { spec: { imagePullSecrets: [{ name: 'hub-creds' }] } })),
      ),
    ).toEqual([])
  })
})
