import { describe, expect, it } from 'vitest'
import { images } from '#src/rules/images/images.ts'
import type { KubernetesObject } from '#src/domain/kubernetes/objects.ts'
import {
  clusterView,
  container,
  deployment,
  event,
  node,
  pod,
  replicaSet,
  status,
  waiting,
} from '#test/helpers/build-cluster.ts'

const image = 'registry.test:5000/team/api:2.1.0'
const pull = (message?: string, reason = 'ImagePullBackOff') => waiting('api', reason, message)

function judge(text: string, extra: KubernetesObject[] = []) {
  const objects = deployment('web', [container('api', { image })], { statuses: [pull(text)] })
  return images.find(clusterView([...objects, ...extra]))
}

describe('src/rules/images/images', () => {
  it.each([
    ['image_not_found', `rpc error: code = NotFound desc = failed to resolve image: ${image}: not found`],
    ['image_not_found', `manifest for ${image} not found: manifest unknown: manifest unknown`],
    ['image_not_found', `reading manifest 2.1.0 in registry.test:5000/team/api: manifest unknown`],
    [
      'image_auth_failed',
      'pull access denied, repository does not exist or may require authorization: authorization failed: no basic auth credentials',
    ],
    ['image_auth_failed', 'unexpected status from HEAD request: 401 Unauthorized'],
    [
      'image_auth_failed',
      'unable to retrieve auth token: invalid username/password: unauthorized: authentication required',
    ],
    ['registry_unreachable', 'dial tcp: lookup registry.test on 10.96.0.10:53: no such host'],
    ['registry_unreachable', 'dial tcp 10.0.0.9:5000: connect: no route to host'],
    ['registry_unreachable', 'dial tcp 10.0.0.9:5000: i/o timeout'],
    ['registry_unreachable', 'dial tcp 10.0.0.9:5000: connect: connection refused'],
    ['registry_unreachable', 'tls: failed to verify certificate: x509: certificate signed by unknown authority'],
    ['registry_unreachable', 'failed to authorize: failed to fetch anonymous token: dial tcp 1.2.3.4:443: i/o timeout'],
    ['image_platform_mismatch', 'no match for platform in manifest: not found'],
    ['image_platform_mismatch', 'no matching manifest for linux/arm64/v8 in the manifest list entries'],
    ['image_pull_failed', 'toomanyrequests: You have reached your pull rate limit'],
    ['image_pull_failed', 'something new went wrong'],
  ])('reads %s from "%s"', (mechanism, words) => {
    const [finding] = judge(`Back-off pulling image "${image}": ErrImagePull: ${words}`)
    expect(finding?.mechanism).toBe(mechanism)
    expect(finding?.statement).toContain(image)
    expect(finding?.statement).toContain('registry.test:5000')
    expect(finding?.statement.length).toBeLessThanOrEqual(300)
  })

  it.each([
    ['ErrImageNeverPull', 'image_never_pull'],
    ['InvalidImageName', 'image_name_invalid'],
  ])('takes %s at its word', (reason, mechanism) => {
    const objects = deployment('web', [container('api', { image })], { statuses: [pull(undefined, reason)] })
    expect(images.find(clusterView(objects))[0]?.mechanism).toBe(mechanism)
  })

  it.each([true, false])('reads the reason from events where the state has lost it (newer shape: %s)', (modern) => {
    const objects = deployment('web', [container('api', { image })], {
      statuses: [pull(`Back-off pulling image "${image}"`)],
    })
    const [first] = objects as [KubernetesObject]
    const events = [
      event(first, 'Failed', 'Error: ImagePullBackOff', { on: 'api', modern }),
      event(first, 'Failed', `Failed to pull image "${image}": ${image}: not found`, { on: 'api', modern }),
    ]
    expect(images.find(clusterView(objects, { events }))[0]?.mechanism).toBe('image_not_found')
  })

  it('is not misled by an image whose name holds the words of another fault', () => {
    const odd = 'registry.test/unauthorized/not-found-denied:1'
    const objects = deployment('web', [container('api', { image: odd })], {
      statuses: [pull(`failed to pull "${odd}": dial tcp 10.0.0.9:443: i/o timeout`)],
    })
    expect(images.find(clusterView(objects))[0]?.mechanism).toBe('registry_unreachable')
  })

  it('goes back to the earlier revision first', () => {
    const objects = deployment('web', [container('api', { image })], { statuses: [pull('not found')], revision: 2 })
    const owner = objects.at(-1) as KubernetesObject
    const before = replicaSet(owner, 1, [container('api', { image: 'registry.test:5000/team/api:2.0.9' })], {
      ready: 2,
    })
    const [remedy] = images.find(clusterView([...objects, before]))[0]?.remedies ?? []
    expect(remedy).toMatchObject({
      kind: 'rollback',
      params: { to_revision: 1, to_image: 'registry.test:5000/team/api:2.0.9' },
    })
  })

  it('proposes a tag that is known to exist, and asks where none is', () => {
    const held = node('node-1', {
      status: { images: [{ names: ['registry.test:5000/team/api@sha256:00', 'registry.test:5000/team/api:2.0.1'] }] },
    })
    expect(judge('not found', [held])[0]?.remedies[0]).toMatchObject({
      kind: 'set_image',
      params: { image: 'registry.test:5000/team/api:2.0.1' },
    })
    expect(judge('not found')[0]?.remedies[0]?.needs?.[0]?.param).toBe('image')
  })

  it('proposes the registry that other images come from where one is dead', () => {
    const other = pod('other-1', [container('x', { image: 'mirror.test/team/x:1' })], {
      statuses: [status('x', { imageID: 'sha256:1' })],
    })
    const [finding] = judge('dial tcp: i/o timeout', [other])
    expect(finding?.remedies.map(({ kind }) => kind)).toEqual(['set_image', 'escalate'])
    expect(finding?.remedies[0]?.params).toMatchObject({ image: 'mirror.test/team/api:2.1.0' })
  })

  it('is silent once the container runs', () => {
    const objects = deployment('web', [container('api', { image })])
    const events = [
      event(objects[0] as KubernetesObject, 'Failed', `Failed to pull image "${image}": not found`, { on: 'api' }),
    ]
    expect(images.find(clusterView(objects, { events }))).toEqual([])
  })
})
