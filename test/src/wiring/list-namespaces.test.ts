import { describe, expect, it } from 'vitest'
import type { ClusterReader } from '#src/observation/port.ts'
import { listNamespaces } from '#src/wiring/list-namespaces.ts'

const item = (name: string) => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name, uid: name, creationTimestamp: '2026-11-21T12:00:00Z' },
})
const gap = { what: 'namespaces in the cluster', why: '403 Forbidden', needs: 'list on namespaces in the cluster' }
const signal = new AbortController().signal

const ask = (answer: object) =>
  listNamespaces({ list: () => Promise.resolve(answer) } as unknown as Pick<ClusterReader, 'list'>, 1000, signal)

describe('src/wiring/list-namespaces', () => {
  it('names every namespace', async () => {
    expect(await ask({ status: 'ok', items: [item('shop'), item('bank')], truncated: false })).toEqual({
      status: 'ok',
      names: ['shop', 'bank'],
    })
  })

  it('says why a list is not whole', async () => {
    const cut = { status: 'ok', items: [item('shop')], truncated: true, gap: { ...gap, why: 'more than 9 objects' } }
    expect(await ask(cut)).toMatchObject({ names: ['shop'], cut: 'more than 9 objects' })
  })

  it.each(['forbidden', 'unreachable', 'timeout'])('answers %s as refused, never as empty', async (status) => {
    expect(await ask({ status, gap })).toEqual({ status: 'refused', why: gap.why, needs: gap.needs })
  })
})
