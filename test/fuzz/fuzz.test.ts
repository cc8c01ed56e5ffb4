import { describe, expect, it } from 'vitest'
import { fuzz } from './fuzz.ts'
import { startFuzzService } from './fuzz-service.ts'

describe('odd input', () => {
  it('is answered with what is wrong with it on every route: no 5xx, no hang, no word of the inside', async () => {
    await using service = await startFuzzService()
    const plan = { url: service.url, inputs: 1_200, seed: 77, parallel: 4, patience_ms: 120_000 }
    const { inputs, statuses, findings } = await fuzz(plan)
    expect(findings).toEqual([])
    expect(inputs).toBe(1_200)
    expect(service.errors()).toEqual([])
    // It reaches the inside, too: something is taken, found, created and refused.
    for (const status of ['200', '201', '202', '400', '404', '405', '415']) expect(statuses[status]).toBeGreaterThan(0)
  })
})
