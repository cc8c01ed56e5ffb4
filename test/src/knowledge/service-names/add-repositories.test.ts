import { describe, expect, it } from 'vitest'
import type { CatalogueRecord, ServiceEntry } from '#src/domain/catalogue.ts'
import { addRepositories } from '#src/knowledge/service-names.ts'

const service = (name: string, over: Partial<ServiceEntry> = {}): ServiceEntry => ({
  name,
  aliases: [],
  namespaces: [],
  workloads: [],
  repositories: [],
  tier: 'normal',
  maintenance: [],
  ...over,
})
const repository = (name: string, ...services: string[]): CatalogueRecord => ({
  kind: 'repository',
  name,
  services,
  origin: 'store',
  revision: 1,
})
const file = {
  clusters: ['prod'],
  services: [service('cart'), service('checkout', { aliases: ['Checkout API'], repositories: ['Shop/Mono'] })],
}
const after = (...records: CatalogueRecord[]) =>
  Object.fromEntries(addRepositories(file, records).services.map(({ name, repositories }) => [name, repositories]))

describe('src/knowledge/service-names/add-repositories', () => {
  it('counts a repository to the first of its services that the file knows, by name or alias', () => {
    expect(after(repository('a/a', 'unknown', 'CHECKOUT api', 'cart'), repository('b/b', 'cart'))).toEqual({
      cart: ['b/b'],
      checkout: ['Shop/Mono', 'a/a'],
    })
  })

  it('leaves what the file has with the service that the file names, and what nobody knows with nobody', () => {
    expect(after(repository('shop/mono', 'cart'), repository('c/c', 'shop/worker'))).toEqual({
      cart: [],
      checkout: ['Shop/Mono'],
    })
  })

  it('changes nothing else, and not what it was given', () => {
    const before = structuredClone(file)
    expect(addRepositories(file, [repository('a/a', 'cart')]).clusters).toEqual(['prod'])
    expect(file).toEqual(before)
  })
})
