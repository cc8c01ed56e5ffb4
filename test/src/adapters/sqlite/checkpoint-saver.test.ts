import { describe, expect, it } from 'vitest'
import { openCheckpointFile } from '../../../../src/adapters/sqlite/checkpoint-saver.ts'

describe('src/adapters/sqlite/checkpoint-saver', () => {
  it('keeps the state of a thread until everything is forgotten', async () => {
    const file = openCheckpointFile(':memory:')
    const config = { configurable: { thread_id: 'run_1', checkpoint_ns: '' } }
    const checkpoint = {
      v: 4,
      id: '1ef4f797-8335-6428-8001-8a1503f9b875',
      ts: '2026-11-21T12:00:00Z',
      channel_values: { said: 'hello' },
      channel_versions: { said: 1 },
      versions_seen: {},
    }
    await file.saver.put(config, checkpoint, { source: 'loop', step: 1, parents: {} })
    expect((await file.saver.getTuple(config))?.checkpoint.channel_values).toEqual({ said: 'hello' })
    file.forgetAll()
    expect(await file.saver.getTuple(config)).toBeUndefined()
    file.close()
  })
})
