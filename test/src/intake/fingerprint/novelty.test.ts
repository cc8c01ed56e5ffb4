import { describe, expect, it } from 'vitest'
import { fingerprint, noveltyOf } from '#src/intake/fingerprint.ts'
import { buildSignal } from '#test/helpers/build-signal.ts'

const key = (over: Parameters<typeof buildSignal>[0]) => {
  const signal = buildSignal(over)
  return noveltyOf(signal, fingerprint(signal).fields)
}

describe('src/intake/fingerprint/novelty', () => {
  it('is the same for reasons that tell the same, and for any text', () => {
    expect(key({ reason: 'CrashLoopBackOff', message: 'other' })).toBe(key({}))
  })

  it('is another one for memory, for another class and for another workload', () => {
    const keys = [
      key({}),
      key({ reason: 'OOMKilled' }),
      key({ reason: 'FailedMount' }),
      key({ resource: { kind: 'Deployment', namespace: 'payments', name: 'b' } }),
    ]
    expect(new Set(keys).size).toBe(4)
  })
})
