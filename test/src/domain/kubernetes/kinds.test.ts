import { describe, expect, it } from 'vitest'
import { isClusterScoped, isObservedKind } from '#src/domain/kubernetes/kinds.ts'

describe('src/domain/kubernetes/kinds', () => {
  it('tells kinds that are observed from kinds of which only the name is known', () => {
    expect(['Pod', 'Lease', 'APIService'].filter(isObservedKind)).toEqual(['Pod', 'Lease', 'APIService'])
    expect(['pod', 'Certificate', '', 'toString', '__proto__'].filter(isObservedKind)).toEqual([])
  })

  it('tells kinds that lie in no namespace', () => {
    expect(['Node', 'PersistentVolume', 'StorageClass', 'ClusterRole'].every(isClusterScoped)).toBe(true)
    expect(['Pod', 'PersistentVolumeClaim', 'Role', 'Certificate'].some(isClusterScoped)).toBe(false)
  })
})
