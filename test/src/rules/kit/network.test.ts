import { describe, expect, it } from 'vitest'
import { serviceOfHost } from '#src/rules/kit/network.ts'
import { clusterView, service } from '#test/helpers/build-cluster.ts'

const view = clusterView([service('db')])

describe('src/rules/kit/network', () => {
  it.each([
    ['db', 'db', 'shop', 'present'],
    ['cache', 'cache', 'shop', 'absent'],
    ['db.shop.svc', 'db', 'shop', 'present'],
    ['db.shop.svc.cluster.local', 'db', 'shop', 'present'],
    ['cache.shop.svc.cluster.local', 'cache', 'shop', 'absent'],
    ['db-0.db', 'db', 'shop', 'present'],
    ['db.prod', 'db', 'prod', 'absent'],
  ])('reads %s as Service %s of namespace %s: %s', (host, name, namespace, existence) => {
    expect(serviceOfHost(view, host, 'shop')).toEqual({ service: { kind: 'Service', namespace, name }, existence })
  })

  it.each(['10.0.0.1', 'example.com', 'api.vendor.example.org', 'db.corp.internal'])('leaves %s outside', (host) => {
    expect(serviceOfHost(view, host, 'shop')).toBeUndefined()
  })

  it('calls nothing absent that it may not list', () => {
    const blind = clusterView([], { unseen: ['Service', 'Namespace'] })
    expect(serviceOfHost(blind, 'cache', 'shop')?.existence).toBe('unseen')
  })
})
