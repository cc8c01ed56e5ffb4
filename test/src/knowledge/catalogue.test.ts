import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Store } from '#src/adapters/sql/store.ts'
import { openSqliteStore } from '#src/adapters/sqlite/open-sqlite-store.ts'
import type { CatalogueEntry } from '#src/domain/catalogue.ts'
import { Catalogue } from '#src/knowledge/catalogue.ts'
import { checkout } from '#test/helpers/intake-context.ts'

let store: Store
let catalogue: Catalogue
let changes: number
const cart = { ...checkout, name: 'cart', aliases: [], repositories: ['Example/Checkout', 'example/mono'] }

beforeEach(async () => {
  store = await openSqliteStore(':memory:')
  changes = 0
  catalogue = new Catalogue({
    store: store.catalogue,
    file: { clusters: [], services: [checkout, cart] },
    clean: (text) => text,
    now: () => Date.parse('2026-11-27T12:00:00Z'),
    onChanged: async () => void changes++,
  })
})
afterEach(() => store.close())

const by = { by: 'anna' }
const repository = (name: string, services = ['checkout']): CatalogueEntry => ({ kind: 'repository', name, services })
const channel: CatalogueEntry = {
  kind: 'channel',
  name: 'oncall',
  services: ['checkout service'],
  system: 'slack',
  address: '#a',
}
const names = async (query: object) => (await catalogue.list({ limit: 99, ...query })).items.map(({ name }) => name)

describe('src/knowledge/catalogue', () => {
  it('knows what the file says, with every service that lists a repository', async () => {
    expect(await catalogue.list({ limit: 9 })).toEqual({
      items: [
        { kind: 'repository', name: 'example/checkout', services: ['checkout', 'cart'], origin: 'file' },
        { kind: 'repository', name: 'example/mono', services: ['cart'], origin: 'file' },
      ],
    })
    expect(await catalogue.get({ kind: 'repository', name: 'example/mono' })).toMatchObject({ origin: 'file' })
  })

  it('finds the entries of a service by its name and by each alias', async () => {
    await catalogue.put(channel, by)
    await catalogue.put(repository('b/b', ['CHECKOUT']), by)
    await catalogue.put(repository('c/c', ['shop/worker']), by)
    for (const service of ['checkout', 'Checkout Service'])
      expect(await names({ service })).toEqual(['oncall', 'b/b', 'example/checkout'])
    expect(await names({ service: 'shop/worker' })).toEqual(['c/c'])
    expect(await names({ service: 'checkout', kind: 'channel' })).toEqual(['oncall'])
    expect(await names({ service: 'nobody' })).toEqual([])
  })

  it('refuses to change what the file has, and names the file', async () => {
    const refusal = { code: 'SRE_CATALOGUE_FILE', message: expect.stringContaining('configs/services.yaml') as string }
    await expect(catalogue.put(repository('example/checkout'), by)).rejects.toMatchObject(refusal)
    await expect(catalogue.remove(repository('example/checkout'), by)).rejects.toMatchObject(refusal)
    expect(await store.catalogue.revision()).toBe(0)
    expect(changes).toBe(0)
  })

  it('says at which revision an entry is that is not as expected', async () => {
    await catalogue.put(channel, by)
    await catalogue.put(channel, by)
    const stale = catalogue.put(channel, { ...by, expected_revision: 1 })
    await expect(stale).rejects.toMatchObject({
      code: 'SRE_CATALOGUE_REVISION',
      message: 'the entry is at revision 2, and revision 1 was expected',
    })
    const taken = catalogue.put(channel, { ...by, expected_revision: 0 })
    await expect(taken).rejects.toMatchObject({ message: 'the entry is at revision 2, and none was expected' })
    const gone = catalogue.put(repository('x/x'), { ...by, expected_revision: 2 })
    await expect(gone).rejects.toMatchObject({ message: 'there is no such entry, and revision 2 was expected' })
    await expect(catalogue.remove(repository('x/x'), by)).rejects.toMatchObject({ code: 'SRE_CATALOGUE_UNKNOWN' })
    expect(changes).toBe(2)
  })

  it.each([1, 2, 3, 4, 9])(
    'pages by %i through file and store as one list, without holes or repeats',
    async (limit) => {
      // Entered before the file had them, so that the file hides them.
      for (const name of ['example/checkout', 'example/mono'])
        await store.catalogue.put(repository(name), { at: '', by: '' })
      for (const name of ['a/a', 'example/d', 'example/n', 'z/z']) await catalogue.put(repository(name, ['cart']), by)
      await catalogue.put(channel, by)
      const seen: string[] = []
      let cursor: string | undefined
      do {
        const page = await catalogue.list({ limit, cursor })
        expect(page.items.length).toBeLessThanOrEqual(limit)
        seen.push(...page.items.map(({ name, origin }) => `${name} ${origin}`))
        cursor = page.next_cursor
      } while (cursor)
      expect(seen).toEqual([
        'oncall store',
        'a/a store',
        'example/checkout file',
        'example/d store',
        'example/mono file',
        'example/n store',
        'z/z store',
      ])
    },
  )

  it('loses nothing behind entries that the file hides and gives to other services', async () => {
    await store.catalogue.put(repository('example/mono', ['checkout']), { at: '', by: '' })
    await catalogue.put(repository('z/z', ['checkout']), by)
    const first = await catalogue.list({ service: 'checkout', limit: 1 })
    const second = await catalogue.list({ service: 'checkout', limit: 1, cursor: first.next_cursor })
    const third = second.next_cursor
      ? await catalogue.list({ service: 'checkout', limit: 1, cursor: second.next_cursor })
      : second
    const all = [first, second, third].flatMap(({ items }) => items.map(({ name }) => name))
    expect([...new Set(all)]).toEqual(['example/checkout', 'z/z'])
  })

  it('refuses cursors that it did not make', async () => {
    for (const cursor of ['', 'x', 'bnVsbA', 'WzEsMl0', Buffer.from('["runbook","a"]').toString('base64url')])
      await expect(catalogue.list({ limit: 1, cursor })).rejects.toMatchObject({ code: 'SRE_INCIDENTS_CURSOR' })
  })
})
