import { describe, expect, it } from 'vitest'
import { parseLogLine } from '#src/adapters/kubernetes/kubernetes-log-source.ts'

describe('src/adapters/kubernetes/kubernetes-log-source/parse-log-line', () => {
  it.each([
    ['2026-11-20T09:45:06.558123456Z INFO up', '2026-11-20T09:45:06.558123456Z', 'INFO up'],
    ['2026-11-20T09:45:06Z INFO up', '2026-11-20T09:45:06Z', 'INFO up'],
    ['2026-11-20T09:45:06.5+01:00 INFO up', '2026-11-20T09:45:06.5+01:00', 'INFO up'],
    ['2026-11-20T09:45:06.558Z ', '2026-11-20T09:45:06.558Z', ''],
    ['2026-11-20T09:45:06.558Z', '2026-11-20T09:45:06.558Z', ''],
    ['2026-11-20T09:45:06.558Z  indented\r', '2026-11-20T09:45:06.558Z', ' indented'],
  ])('takes the stamp off %j', (line, time, text) => {
    expect(parseLogLine(line)).toEqual({ time, text })
  })

  it.each(['INFO up', '', '2026-11-20 09:45:06 INFO up', 'abcd-ef-ghTij:kl:mn.opqZ up'])(
    'leaves %j as it is',
    (line) => {
      expect(parseLogLine(line)).toEqual({ text: line })
    },
  )

  it('cuts a very long line and says so', () => {
    expect(parseLogLine('x'.repeat(10_000)).text).toMatch(/x \[cut, 10000 characters\]$/)
  })
})
