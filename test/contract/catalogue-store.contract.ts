import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { CatalogueEntry, CatalogueKey } from '#src/domain/catalogue.ts'
import type { CatalogueStore } from '#src/knowledge/port.ts'
import type { CreateDatabase, DatabaseUnderTest } from '#test/helpers/store-engines.ts'

const at = '2026-11-27T12:00:00.000Z'
const later = '2026-11-27T13:00:00.000Z'
const by = (expected_revision?: number) => ({ at, by: 'anna', expected_revision })

function repository(name: string, services = ['checkout']): Extract<CatalogueEntry, { kind: 'repository' }> {
  return { kind: 'repository', name, services, default_branch: 'main' }
}
const logs = {
  kind: 'log_source',
  name: 'shop logs',
  services: ['checkout', 'shop/worker'],
  system: 'loki',
  url: 'https://logs.example/explore',
  query: '{namespace="shop"}\n|= "error"',
} satisfies CatalogueEntry
const channel: CatalogueEntry = {
  kind: 'channel',
  name: 'Zahlung',
  services: ['payments'],
  system: 'slack',
  address: '#payments',
}

/** What every store of the catalogue promises. */
export function catalogueStoreContract(name: string, create: CreateDatabase): void {
  describe(`catalogue store: ${name}`, () => {
    let database: DatabaseUnderTest
    let store: CatalogueStore
    beforeEach(async () => {
      database = await create()
      store = (await database.open()).catalogue
    })
    afterEach(() => database.close())

    const another = async () => (await database.open()).catalogue
    const names = async (query: object) => (await store.list({ limit: 99, ...query })).map((record) => record.name)
    const fill = async (...entries: CatalogueEntry[]) => {
      for (const entry of entries) await store.put(entry, by())
    }

    it('keeps what was put, with who did it, and gives it to the next process', async () => {
      expect(await store.get(logs)).toBeUndefined()
      expect(await store.revision()).toBe(0)
      const record = { ...logs, origin: 'store', revision: 1, updated_at: at, updated_by: 'anna' }
      expect(await store.put(logs, by())).toEqual({ kind: 'put', record, created: true })
      expect(await (await another()).get(logs)).toEqual(record)
      const changed = { ...logs, query: undefined, note: 'moved' }
      expect(await store.put(changed, { at: later, by: 'bob' })).toMatchObject({ created: false })
      const { query: _, ...others } = record
      const now = { ...others, note: 'moved', revision: 2, updated_at: later, updated_by: 'bob' }
      expect(await store.get(logs)).toEqual(now)
      expect(await store.list({ limit: 9 })).toEqual([now])
    })

    it('tells one kind from another of the same name', async () => {
      const twin: CatalogueEntry = { ...channel, name: logs.name }
      await fill(logs, twin)
      expect((await store.get(twin))?.kind).toBe('channel')
      await store.remove(twin, by())
      expect((await store.get(logs))?.kind).toBe('log_source')
    })

    it('lists by kind and name, page by page, without holes or repeats', async () => {
      const mixed = ['b/b', 'B/b', 'a-b/c', 'ab/c', 'a_b/c', 'aé/c', '😀/c', '\uffee/c'].map((each) => repository(each))
      await fill(logs, ...mixed, channel)
      const seen: CatalogueKey[] = []
      for (;;) {
        const page = await store.list({ limit: 3, after: seen.at(-1) })
        seen.push(...page.map(({ kind, name: named }) => ({ kind, name: named })))
        if (page.length < 3) break
      }
      const sorted = mixed.map((entry) => entry.name).toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
      expect(seen.map((key) => key.name)).toEqual([channel.name, logs.name, ...sorted])
      expect(seen.map((key) => key.kind)).toEqual(['channel', 'log_source', ...sorted.map(() => 'repository')])
    })

    it('lists by kind and by services, also after they were changed', async () => {
      await fill(repository('a/a', ['Checkout', 'checkout', 'payments']), repository('b/b', ['cart']), logs, channel)
      expect(await names({ kind: 'repository' })).toEqual(['a/a', 'b/b'])
      expect(await names({ services: ['CHECKOUT'] })).toEqual(['shop logs', 'a/a'])
      expect(await names({ services: ['shop/worker', 'cart'] })).toEqual(['shop logs', 'b/b'])
      expect(await names({ kind: 'channel', services: ['payments', 'checkout'] })).toEqual(['Zahlung'])
      expect(await names({ services: [] })).toEqual([])
      expect(await names({ services: ["' or 1=1", 'check%'] })).toEqual([])
      await fill(repository('a/a', ['cart']))
      expect(await names({ services: ['checkout'] })).toEqual(['shop logs'])
      expect(await names({ services: ['cart'], after: { kind: 'repository', name: 'a/a' } })).toEqual(['b/b'])
    })

    it('changes only what is as it was expected to be', async () => {
      expect(await store.put(channel, by(4))).toEqual({ kind: 'conflict', revision: 0 })
      expect(await store.put(channel, by(0))).toMatchObject({ kind: 'put', record: { revision: 1 } })
      expect(await store.put(channel, by(0))).toEqual({ kind: 'conflict', revision: 1 })
      expect(await store.put(channel, by(1))).toMatchObject({ kind: 'put', record: { revision: 2 } })
      expect(await store.remove(channel, by(1))).toEqual({ kind: 'conflict', revision: 2 })
      expect(await store.get(channel)).toMatchObject({ revision: 2 })
      expect(await store.remove(channel, by(2))).toMatchObject({ kind: 'removed', record: { revision: 2 } })
      expect(await store.revision()).toBe(3)
    })

    it('removes, tells of it by the revision, and takes it back in', async () => {
      await fill(logs, channel)
      expect(await store.remove({ kind: 'channel', name: 'none' }, by())).toBeUndefined()
      expect(await store.revision()).toBe(2)
      expect(await store.remove(logs, { at: later, by: 'bob' })).toMatchObject({ record: { ...logs, revision: 1 } })
      expect(await store.revision()).toBe(3)
      expect(await store.remove(logs, by())).toBeUndefined()
      expect(await store.get(logs)).toBeUndefined()
      expect(await names({})).toEqual(['Zahlung'])
      expect(await names({ services: ['checkout'] })).toEqual([])
      expect(await store.put(logs, by(1))).toEqual({ kind: 'conflict', revision: 0 })
      expect(await store.put(logs, by(0))).toMatchObject({ created: true, record: { revision: 4 } })
      expect(await names({ services: ['checkout'] })).toEqual(['shop logs'])
    })

    it('gives each change of several writers a revision of its own, and loses none', async () => {
      const writers = [store, await another(), await another()]
      const put = async (index: number) => writers[index % 3]?.put(repository(`o/r${index}`), by())
      const results = await Promise.all(Array.from({ length: 24 }, (_, index) => put(index)))
      const revisions = results.map((result) => (result?.kind === 'put' ? result.record.revision : undefined))
      expect(revisions.toSorted((a = 0, b = 0) => a - b)).toEqual(Array.from({ length: 24 }, (_, index) => index + 1))
      expect(await names({})).toHaveLength(24)
      expect(await store.revision()).toBe(24)
    })

    it('lets one of several who expect the same have their way', async () => {
      await fill(channel)
      const writers = [store, await another(), await another()]
      const results = await Promise.all(
        writers.map((writer, index) => writer.put({ ...channel, note: `by ${index}` }, by(1))),
      )
      expect(results.map((result) => result.kind).toSorted()).toEqual(['conflict', 'conflict', 'put'])
      expect(results.filter((result) => result.kind === 'conflict')).toEqual([
        { kind: 'conflict', revision: 2 },
        { kind: 'conflict', revision: 2 },
      ])
    })

    it('leaves out what no text may hold, and finds the entry all the same', async () => {
      const odd: CatalogueEntry = {
        ...channel,
        name: 'a\0b\ud800',
        services: ['pay\0ments', 'x\udc00'],
        note: 'one\0 two \ud83d 😀 "\\u0000"',
      }
      const result = await store.put(odd, { at, by: 'an\0na' })
      const kept = {
        ...odd,
        name: 'ab',
        services: ['payments', 'x'],
        note: 'one two  😀 "\\u0000"',
        updated_by: 'anna',
      }
      expect(result).toMatchObject({ record: kept })
      expect(await store.get({ kind: 'channel', name: odd.name })).toMatchObject(kept)
      expect(await names({ services: ['payments\0'] })).toEqual(['ab'])
      expect(await names({ after: { kind: 'channel', name: 'ab\0' } })).toEqual([])
      expect(await store.remove(odd, by())).toMatchObject({ record: { name: 'ab' } })
    })
  })
}
