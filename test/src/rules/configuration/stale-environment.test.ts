import { describe, expect, it } from 'vitest'
import { staleEnvironment } from '#src/rules/configuration/stale-environment.ts'
import type { Container, ContainerStatus, KubernetesObject } from '#src/domain/kubernetes/objects.ts'
import {
  ago,
  clusterView,
  configMap,
  container,
  crashLoop,
  deployment,
  secret,
  status,
} from '#test/helpers/build-cluster.ts'
import { missingFacts } from '#test/helpers/missing-facts.ts'

const unready = status('api', { ready: false, state: { running: { startedAt: ago(300) } } })
const byKey: Partial<Container> = {
  env: [{ name: 'DB_PASSWORD', valueFrom: { secretKeyRef: { name: 'keys', key: 'password' } } }],
}
const whole: Partial<Container> = { envFrom: [{ configMapRef: { name: 'settings' } }] }
const written = (object: KubernetesObject, more: Partial<KubernetesObject['metadata']>): KubernetesObject => ({
  ...object,
  metadata: { ...object.metadata, ...more },
})
const keys = (more: Partial<KubernetesObject['metadata']>) => written(secret('keys', ['password']), more)
const settings = (more: Partial<KubernetesObject['metadata']>) => written(configMap('settings', { A: '1' }), more)
const judge = (spec: Partial<Container>, one: ContainerStatus, source: KubernetesObject, version = '500') =>
  staleEnvironment.find(
    clusterView([
      ...deployment('web', [container('api', spec)], { statuses: [one], podMeta: { resourceVersion: version } }),
      source,
    ]),
  )

describe('src/rules/configuration/stale-environment', () => {
  it.each<[string, Partial<Container>, KubernetesObject, string[]]>([
    [
      'a Secret that was made anew',
      byKey,
      keys({ creationTimestamp: ago(60) }),
      ['Secret keys', 'DB_PASSWORD', 'container api', '11:59:00 UTC'],
    ],
    [
      'a ConfigMap that was written after the pod last was',
      whole,
      settings({ resourceVersion: '731' }),
      ['ConfigMap settings', 'envFrom', 'container api', 'resourceVersion 731', '500'],
    ],
  ])('tells %s, and lets new pods read it', (_, spec, source, facts) => {
    const [found, ...others] = judge(spec, unready, source)
    expect(others).toEqual([])
    expect(found).toMatchObject({ mechanism: 'env_stale', remedies: [{ kind: 'restart_rollout' }] })
    expect(missingFacts(found?.statement, ...facts)).toEqual([])
  })

  it.each<[string, Partial<Container>, ContainerStatus, KubernetesObject]>([
    ['the workload is well', byKey, status('api'), keys({ creationTimestamp: ago(60) })],
    ['each restart reads it anew', byKey, crashLoop('api'), keys({ creationTimestamp: ago(60) })],
    ['it is older than the start', byKey, unready, keys({ creationTimestamp: ago(900), resourceVersion: '400' })],
    ['the order cannot be told', byKey, unready, keys({ resourceVersion: 'opaque' })],
    [
      'it is mounted, not read as variables',
      { volumeMounts: [{ name: 'v', mountPath: '/etc/keys' }] },
      unready,
      keys({ creationTimestamp: ago(60) }),
    ],
    ['another object was changed', whole, unready, keys({ creationTimestamp: ago(60) })],
  ])('is silent where %s', (_, spec, one, source) => {
    expect(judge(spec, one, source)).toEqual([])
  })
})
