import { describe, expect, it } from 'vitest'
import { ClusterView } from '#src/domain/cluster-view.ts'
import type { ConfigMap } from '#src/domain/kubernetes/cluster.ts'
import type { Pod } from '#src/domain/kubernetes/objects.ts'
import { calledServices } from '#src/observation/read-related.ts'

const meta = (name: string) => ({ name, namespace: 'shop', uid: name })

function viewOf(text: string, where: 'env' | 'args' | 'config'): ClusterView {
  const container = {
    name: 'c',
    ...(where === 'env' ? { env: [{ name: 'X', value: text }] } : {}),
    ...(where === 'args' ? { args: ['--url', text] } : {}),
    ...(where === 'config' ? { envFrom: [{ configMapRef: { name: 'used' } }] } : {}),
  }
  const pod: Pod = { apiVersion: 'v1', kind: 'Pod', metadata: meta('p'), spec: { containers: [container] } }
  const map = (name: string): ConfigMap => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: meta(name),
    data: { t: text },
  })
  return new ClusterView({
    taken_at: '2026-11-20T10:00:00Z',
    namespace: 'shop',
    objects: { Pod: [pod], ConfigMap: where === 'config' ? [map('used')] : [map('unused')] },
    events: [],
    coverage: {},
    absent: [],
    missing_apis: [],
    gaps: [],
    cost: { requests: 0, bytes: 0, ms: 0 },
  })
}

describe('src/observation/read-related', () => {
  const certain: [string, string][] = [
    ['http://db.data.svc', 'data/db'],
    ['http://db.data.svc.cluster.local:8080/x?y=1', 'data/db'],
    ['postgres://user:pass@db.data.svc:5432/app', 'data/db'],
    ['jdbc:mysql://my-db.team-a.svc/app', 'team-a/my-db'],
    ['brokers=kafka-0.kafka.events.svc:9092', 'events/kafka'],
  ]
  it.each(certain)('is certain of %s', (text, expected) => {
    for (const where of ['env', 'args', 'config'] as const) {
      const found = calledServices(viewOf(text, where), 'shop')
      expect(found.map((service) => [`${service.namespace}/${service.name}`, service.certain])).toEqual([
        [expected, true],
      ])
    }
  })

  it.each(['db.data', 'db.data:5432', 'http://db.data/x', 'redis://:pw@db.data:6379', 'a=1,db.data:1'])(
    'takes %s for a possible service',
    (text) => {
      expect(calledServices(viewOf(text, 'env'), 'shop')).toEqual([{ namespace: 'data', name: 'db', certain: false }])
    },
  )

  it.each([
    'db',
    'http://db:80',
    'api.shop.svc',
    'db.data.example.com',
    '10.0.0.1',
    '1.2',
    'v1.2',
    'app.yaml',
    'Db.Data',
    'a..b',
  ])('finds no service of another namespace in %s', (text) => {
    expect(calledServices(viewOf(text, 'env'), 'shop').filter((service) => service.namespace !== '2')).toEqual([])
  })

  it('does not read config maps that no pod uses, nor endless text', () => {
    expect(calledServices(viewOf('nothing', 'env'), 'shop')).toEqual([])
    const endless = `${'x '.repeat(200_000)} http://db.data.svc`
    expect(calledServices(viewOf(endless, 'env'), 'shop')).toEqual([])
  })
})
