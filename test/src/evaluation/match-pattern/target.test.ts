import { describe, expect, it } from 'vitest'
import { matchesTarget, parseTarget, textNamesTarget, touchesTarget } from '#src/evaluation/match-pattern.ts'

const pod = { kind: 'Pod', namespace: 'shop', name: 'cart-5786466ccc-q9z7s' }

describe('src/evaluation/match-pattern/target', () => {
  it.each([
    ['Pod/shop/cart-*', pod, true],
    ['Pod/shop/*', pod, true],
    ['Pod/other/*', pod, false],
    ['Pod/shop/web-*', pod, false],
    ['*', pod, true],
    ['Service/*', { kind: 'Service', namespace: 'shop', name: 'cart' }, true],
    ['Node/*', { kind: 'Node', name: 'worker-1' }, true],
    ['ReplicaSet/shop/cart-* (old)', { kind: 'ReplicaSet', namespace: 'shop', name: 'cart-5786466ccc' }, true],
    ['StorageClass/<default>', { kind: 'StorageClass', name: 'standard' }, true],
    ['Deployment/shop/cart', { kind: 'Deployment', namespace: 'shop', name: 'cart-api' }, false],
    ['Deployment/shop/cart', { kind: 'StatefulSet', namespace: 'shop', name: 'cart' }, false],
  ])('matches %s', (pattern, target, right) => {
    expect(matchesTarget(parseTarget(pattern), target)).toBe(right)
  })

  it('takes an action on a workload for one on its pods where pods are forbidden', () => {
    const workload = { kind: 'Deployment', namespace: 'shop', name: 'cart' }
    expect(touchesTarget(parseTarget('Pod/shop/cart-*'), workload)).toBe(true)
    expect(touchesTarget(parseTarget('Pod/shop/web-*'), workload)).toBe(false)
  })

  it('finds a target in a text by one of its names', () => {
    const addon = parseTarget('Addon/cloud-controller or metallb')
    expect(textNamesTarget(addon, 'install MetalLB')).toBe(true)
    expect(textNamesTarget(addon, 'install metrics-server')).toBe(false)
  })
})
