import { describe, expect, it } from 'vitest'
import { createGate } from '#src/adapters/kubernetes/create-gate.ts'

const signal = new AbortController().signal

describe('src/adapters/kubernetes/create-gate', () => {
  it('never lets more through than it has places, and everybody in the end', async () => {
    const gate = createGate(3)
    let inside = 0
    let most = 0
    const work = async () => {
      most = Math.max(most, ++inside)
      await Promise.resolve()
      inside--
    }
    await Promise.all(Array.from({ length: 50 }, () => gate(work, signal)))
    expect([inside, most]).toEqual([0, 3])
  })

  it('lets the next one in when work fails', async () => {
    const gate = createGate(1)
    await expect(gate(() => Promise.reject(new Error('no')), signal)).rejects.toThrow('no')
    expect(await gate(async () => 'in', signal)).toBe('in')
  })

  it('lets who waits leave, without losing a place', async () => {
    const gate = createGate(1)
    const held = Promise.withResolvers<void>()
    const first = gate(() => held.promise, signal)
    const leaving = new AbortController()
    const second = gate(async () => 'second', leaving.signal)
    const third = gate(async () => 'third', signal)
    leaving.abort(new Error('left'))
    await expect(second).rejects.toThrow('left')
    held.resolve()
    await first
    expect(await third).toBe('third')
    expect(await gate(async () => 'fourth', signal)).toBe('fourth')
  })
})
