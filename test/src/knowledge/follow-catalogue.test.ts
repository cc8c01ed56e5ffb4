import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Store } from '#src/adapters/sql/store.ts'
import { openSqliteStore } from '#src/adapters/sqlite/open-sqlite-store.ts'
import { type CatalogueFollower, followCatalogue } from '#src/knowledge/follow-catalogue.ts'
import { quietLogger } from '#test/helpers/quiet-logger.ts'

const change = { at: '2026-11-27T12:00:00.000Z', by: 'anna' }

let store: Store
let follower: CatalogueFollower
let heard: string[][]
let logger: ReturnType<typeof quietLogger>
let away: Error | undefined
let asked: number

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  store = await openSqliteStore(':memory:')
  heard = []
  logger = quietLogger()
  away = undefined
  asked = 0
  follower = followCatalogue({
    store: {
      revision: () => {
        asked++
        return away ? Promise.reject(away) : store.catalogue.revision()
      },
      list: (query) => store.catalogue.list(query),
    },
    onRepositories: (records) => heard.push(records.map((record) => record.name)),
    logger,
    every_ms: 3_000,
    most: 3,
  })
})
afterEach(async () => {
  await follower[Symbol.asyncDispose]()
  vi.useRealTimers()
  await store.close()
})

const put = (name: string) => store.catalogue.put({ kind: 'repository', name, services: ['checkout'] }, change)
const warnings = () => logger.lines.filter(({ level }) => level === 'warn')

describe('src/knowledge/follow-catalogue', () => {
  it('reads again what has changed, and nothing where nothing has', async () => {
    await follower.refresh()
    await follower.refresh()
    expect(heard).toEqual([[]])
    await put('a/a')
    await follower.refresh()
    await store.catalogue.remove({ kind: 'repository', name: 'a/a' }, change)
    await follower.refresh()
    expect(heard).toEqual([[], ['a/a'], []])
  })

  it('notices by itself, every few seconds, what another process has changed', async () => {
    await put('a/a')
    await vi.advanceTimersByTimeAsync(3_000)
    await expect.poll(() => heard).toEqual([['a/a']])
    await put('b/b')
    await follower.refresh()
    expect(heard.at(-1)).toEqual(['a/a', 'b/b'])
  })

  it('has read, when a refresh ends, whatever was changed before it was asked for', async () => {
    const rounds = ['a/a', 'b/b', 'c/c'].map(async (name) => {
      await put(name)
      await follower.refresh()
      return heard.at(-1)?.includes(name)
    })
    expect(await Promise.all(rounds)).toEqual([true, true, true])
  })

  it('shares the round that waits among those who ask meanwhile', async () => {
    await Promise.all(Array.from({ length: 50 }, () => follower.refresh()))
    expect(asked).toBeLessThanOrEqual(2)
  })

  it('goes by what it read last while the store is away, and tells once that it is and once that it is back', async () => {
    await put('a/a')
    await follower.refresh()
    away = new Error('connection refused')
    await put('b/b')
    for (let round = 0; round < 3; round++) await follower.refresh()
    expect(heard).toEqual([['a/a']])
    expect(warnings()).toHaveLength(1)
    away = undefined
    await follower.refresh()
    expect(heard.at(-1)).toEqual(['a/a', 'b/b'])
    expect(logger.lines.map(({ level }) => level)).toEqual(['warn', 'info'])
  })

  it('holds no more than its bound, and says so', async () => {
    for (const name of ['a/a', 'b/b', 'c/c']) await put(name)
    await follower.refresh()
    expect(warnings()).toEqual([])
    await put('d/d')
    await follower.refresh()
    expect(heard.at(-1)).toEqual(['a/a', 'b/b', 'c/c'])
    expect(warnings()).toHaveLength(1)
  })

  it('reads nothing more once it is disposed of', async () => {
    await follower[Symbol.asyncDispose]()
    await vi.advanceTimersByTimeAsync(60_000)
    await follower.refresh()
    expect(asked).toBe(0)
  })
})
