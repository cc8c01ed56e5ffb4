import { describe, expect, it } from 'vitest'
import { traceIdOf } from '#src/telemetry/trace-id.ts'

describe('src/telemetry/trace-id', () => {
  it('takes over the trace of a W3C traceparent', () => {
    expect(traceIdOf('00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01')).toBe(
      '4bf92f3577b34da6a3ce929d0e0e4736',
    )
  })

  it.each([
    undefined,
    '',
    'nonsense',
    '00-00000000000000000000000000000000-00f067aa0ba902b7-01',
    '00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01',
    'ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
    '00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01',
  ])('makes a new trace of 32 hex digits instead of %s', (header) => {
    const first = traceIdOf(header)
    expect(first).toMatch(/^[0-9a-f]{32}$/)
    expect(traceIdOf(header)).not.toBe(first)
  })
})
