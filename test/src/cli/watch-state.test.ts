import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readWatchState, writeWatchState } from '#src/cli/watch-state.ts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'watch-state-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

describe('src/cli/watch-state', () => {
  it('reads what it wrote, makes the folder, and leaves nothing beside the file', async () => {
    const path = join(folder, 'deep', 'state.json')
    const state = { since: '2026-11-21T12:00:00.000Z', seen: ['a 1', 'b 2'] }
    await writeWatchState(path, state)
    expect(await readWatchState(path)).toEqual(state)
    expect(await readdir(join(folder, 'deep'))).toEqual(['state.json'])
    expect((await stat(path)).mode & 0o777).toBe(0o600)
  })

  it('knows that there is none yet', async () => {
    expect(await readWatchState(join(folder, 'none.json'))).toBeUndefined()
  })

  it.each(['', '{', '{"since": 1, "seen": []}', '[]'])('does not take %j for a fresh start', async (text) => {
    const path = join(folder, 'state.json')
    await writeFile(path, text)
    await expect(readWatchState(path)).rejects.toThrow('is no state of a watch')
  })
})
