import { describe, expect, it } from 'vitest'
import { projectObject } from '#src/adapters/kubernetes/kubernetes-cluster-reader.ts'

const value = 'very-secret-value'
const annotations = { 'kubectl.kubernetes.io/last-applied-configuration': value, note: 'kept' }
const metadata = { name: 'x', namespace: 'shop', uid: 'u', managedFields: [{ manager: value }], annotations }

describe('src/adapters/kubernetes/kubernetes-cluster-reader/project-object', () => {
  it('keeps of a secret its name, type and keys, whatever fields hold values', () => {
    const raw = { metadata, type: 'Opaque', data: { a: value, b: value }, stringData: { c: value }, extra: value }
    const secret = projectObject('Secret', 'v1', raw)
    expect(secret).toMatchObject({
      kind: 'Secret',
      type: 'Opaque',
      keys: ['a', 'b'],
      metadata: { name: 'x', uid: 'u' },
    })
    expect(JSON.stringify(secret)).not.toContain(value)
  })

  it('drops copies of manifests and field ownership, and keeps other annotations', () => {
    const map = projectObject('ConfigMap', 'v1', { metadata, data: { mode: 'fast' } })
    expect(map).toMatchObject({ kind: 'ConfigMap', apiVersion: 'v1', data: { mode: 'fast' } })
    expect(map?.metadata.annotations).toEqual({ note: 'kept' })
    expect(JSON.stringify(map)).not.toContain(value)
  })

  it('keeps of the images of nodes only the names with a tag', () => {
    const images = [{ names: ['r/i@sha256:0', 'r/i:1'], sizeBytes: 7 }, { names: ['r/j@sha256:1'] }, 'odd']
    const node = projectObject('Node', 'v1', { metadata, status: { images, conditions: [] } })
    expect(node?.status).toEqual({ conditions: [], images: [{ names: ['r/i:1'] }] })
  })

  it('gives rules a spec to read where the server sent none', () => {
    expect(projectObject('Pod', 'v1', { metadata })?.spec.containers).toEqual([])
    expect(projectObject('Deployment', 'apps/v1', { metadata })?.spec).toEqual({})
  })

  it.each([[null], [[]], ['x'], [{}], [{ metadata: {} }], [{ metadata: { name: '' } }], [{ metadata: { name: 7 } }]])(
    'leaves out what has no identity: %j',
    (raw) => {
      expect(projectObject('Pod', 'v1', raw)).toBeUndefined()
    },
  )
})
