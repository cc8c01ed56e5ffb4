import { describe, expect, it } from 'vitest'
import { createServiceDirectory } from '#src/intake/service-directory.ts'
import { buildSignal } from '#test/helpers/build-signal.ts'
import { checkout } from '#test/helpers/intake-context.ts'

const shared = {
  ...checkout,
  name: 'ledger',
  aliases: [],
  namespaces: [],
  repositories: [],
  workloads: [{ kind: 'Deployment', namespace: 'checkout', name: 'ledger' }],
}
const directory = createServiceDirectory({ clusters: ['prod-eu'], services: [checkout, shared] })
const nameOf = (over: Parameters<typeof buildSignal>[0]) => directory.serviceOf(buildSignal(over)).name
const podOf = (namespace: string, name: string) => ({ namespace, resource: { kind: 'Pod', namespace, name } })

describe('src/intake/service-directory', () => {
  it.each([
    ['by the word of the sender', { service: 'checkout service', ...podOf('elsewhere', 'x') }, 'checkout'],
    ['by a workload before its namespace', podOf('checkout', 'ledger-5786466ccc-q9z7s'), 'ledger'],
    ['by its namespace', podOf('checkout', 'redis-0'), 'checkout'],
    [
      'by its namespace, whatever else the sender says',
      { service: 'unread_logs', ...podOf('checkout', 'redis-0') },
      'checkout',
    ],
    ['else by the word of the sender', { service: 'orders', ...podOf('shop', 'orders-0') }, 'orders'],
    ['else by namespace and workload', podOf('shop', 'orders-5786466ccc-q9z7s'), 'shop/orders'],
    [
      'else by the kind, where there is no namespace',
      { namespace: undefined, resource: { kind: 'Node', name: 'worker-1' } },
      'node/worker-1',
    ],
  ])('finds a service %s', (_how, over, expected) => {
    expect(nameOf(over)).toBe(expected)
  })

  it('knows repositories and clusters', () => {
    expect(directory.ofRepository('Example/Checkout')?.name).toBe('checkout')
    expect([
      directory.isElsewhere('prod-us'),
      directory.isElsewhere('PROD-EU'),
      directory.isElsewhere(undefined),
    ]).toEqual([true, false, false])
    expect([directory.foreignCluster('prod-eu'), directory.foreignCluster('prod-us')]).toEqual([undefined, 'prod-us'])
    expect(createServiceDirectory({ clusters: [], services: [] }).isElsewhere('any')).toBe(false)
  })
})
