import { describe, expect, it } from 'vitest'
import type { PodSpec } from '#src/domain/kubernetes/objects.ts'
import { podReferences } from '#src/domain/kubernetes/pod-references.ts'
import { container } from '#test/helpers/build-cluster.ts'

const references = (spec: Partial<PodSpec>) =>
  podReferences({ containers: [container('api')], ...spec }).map(({ kind, name, key, optional, use }) => ({
    kind,
    name,
    ...(key === undefined ? {} : { key }),
    optional,
    use,
  }))

describe('src/domain/kubernetes/pod-references', () => {
  it('finds none in a plain pod', () => {
    expect(references({})).toEqual([])
  })

  it('reads keys and whole maps from the environment, of init containers as well', () => {
    const init = container('migrate', {
      env: [{ name: 'PASSWORD', valueFrom: { secretKeyRef: { name: 'db', key: 'password' } } }],
    })
    const api = container('api', {
      env: [
        { name: 'URL', valueFrom: { configMapKeyRef: { name: 'settings', key: 'url', optional: true } } },
        { name: 'PLAIN', value: 'x' },
      ],
      envFrom: [{ configMapRef: { name: 'all' } }, { secretRef: { name: 'tokens', optional: true } }],
    })
    expect(references({ containers: [api], initContainers: [init] })).toEqual([
      { kind: 'Secret', name: 'db', key: 'password', optional: false, use: 'env' },
      { kind: 'ConfigMap', name: 'settings', key: 'url', optional: true, use: 'env' },
      { kind: 'ConfigMap', name: 'all', optional: false, use: 'envFrom' },
      { kind: 'Secret', name: 'tokens', optional: true, use: 'envFrom' },
    ])
  })

  it('says for people, and for a remedy, what holds the reference', () => {
    const env = [{ name: 'URL', valueFrom: { configMapKeyRef: { name: 'settings', key: 'url' } } }]
    expect(podReferences({ containers: [container('api', { env })] })).toMatchObject([
      { via: 'env URL of container api', container: 'api', field: 'URL' },
    ])
  })

  it('reads volumes, key by key where keys are picked, but not the one that the kubelet adds', () => {
    const volumes = [
      { name: 'tls', secret: { secretName: 'cert', items: [{ key: 'tls.crt', path: 'a' }] } },
      { name: 'config', configMap: { name: 'settings' } },
      { name: 'data', persistentVolumeClaim: { claimName: 'data' } },
      { name: 'both', projected: { sources: [{ configMap: { name: 'one' } }, { secret: { name: 'two' } }] } },
      { name: 'kube-api-access-x7k2p', projected: { sources: [{ configMap: { name: 'kube-root-ca.crt' } }] } },
      { name: 'scratch', emptyDir: {} },
    ]
    expect(references({ volumes })).toEqual([
      { kind: 'Secret', name: 'cert', key: 'tls.crt', optional: false, use: 'volume' },
      { kind: 'ConfigMap', name: 'settings', optional: false, use: 'volume' },
      { kind: 'PersistentVolumeClaim', name: 'data', optional: false, use: 'volume' },
      { kind: 'ConfigMap', name: 'one', optional: false, use: 'volume' },
      { kind: 'Secret', name: 'two', optional: false, use: 'volume' },
    ])
  })

  it('reads identity, priority and pull secrets, whose absence alone Kubernetes tolerates', () => {
    const spec = {
      serviceAccountName: 'api',
      priorityClassName: 'urgent',
      imagePullSecrets: [{ name: 'registry' }],
    }
    expect(references(spec)).toEqual([
      { kind: 'Secret', name: 'registry', optional: true, use: 'pull' },
      { kind: 'ServiceAccount', name: 'api', optional: false, use: 'identity' },
      { kind: 'PriorityClass', name: 'urgent', optional: false, use: 'priority' },
    ])
  })
})
