import { describe, expect, it } from 'vitest'
import { ingresses } from '#src/rules/network/ingresses.ts'
import type { Ingress, IngressBackend } from '#src/domain/kubernetes/network.ts'
import type { KubernetesObject } from '#src/domain/kubernetes/objects.ts'
import { clusterView, namespace, secret, service, type SnapshotOptions } from '#test/helpers/build-cluster.ts'
import { missingFacts } from '#test/helpers/missing-facts.ts'

const ingress = (backend: IngressBackend['service'], more: Partial<NonNullable<Ingress['spec']>> = {}): Ingress => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'Ingress',
  metadata: { name: 'shop', namespace, uid: 'ingress' },
  spec: { rules: [{ host: 'shop.example', http: { paths: [{ path: '/', backend: { service: backend } }] } }], ...more },
})
const judge = (objects: KubernetesObject[], options: SnapshotOptions = {}) =>
  ingresses.find(clusterView(objects, options))

describe('src/rules/network/ingresses', () => {
  it('names a service that does not exist, and the one that was meant', () => {
    const [found] = judge([ingress({ name: 'storefrnt', port: { number: 80 } }), service('storefront')])
    expect(found).toMatchObject({ mechanism: 'ingress_backend_missing' })
    expect(missingFacts(found?.statement, 'Ingress shop', 'Service storefrnt')).toEqual([])
    expect(JSON.stringify(found?.remedies[0]?.params)).toContain('storefront')
  })

  it.each([{ number: 8080 }, { name: 'admin' }])('names a port that the service does not have: %j', (port) => {
    const [found] = judge([ingress({ name: 'web', port }), service('web')])
    expect(found?.mechanism).toBe('ingress_backend_missing')
    expect(missingFacts(found?.statement, 'Service web', ...Object.values(port))).toEqual([])
  })

  it('calls nothing missing whose list was refused', () => {
    const broken = ingress(
      { name: 'gone', port: { number: 80 } },
      { ingressClassName: 'nginx', tls: [{ secretName: 'tls' }] },
    )
    expect(judge([broken], { unseen: ['Service', 'Secret'] })).toEqual([])
  })

  it('tells a class and a certificate that are proved absent', () => {
    const broken = ingress(
      { name: 'web', port: { number: 80 } },
      { ingressClassName: 'ngnix', tls: [{ secretName: 'tls' }] },
    )
    const found = judge([broken, service('web')], { more: { absent: ['IngressClass//ngnix'] } })
    expect(found.map(({ mechanism }) => mechanism)).toEqual(['ingress_class_missing', 'ingress_tls_missing'])
  })

  it('is silent about an ingress that leads somewhere', () => {
    const whole = ingress({ name: 'web', port: { number: 80 } }, { tls: [{ secretName: 'tls' }] })
    expect(judge([whole, service('web'), secret('tls', ['tls.crt'])])).toEqual([])
  })
})
