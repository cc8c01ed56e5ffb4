import { describe, expect, it } from 'vitest'
import { readStamp } from '#src/logs/mining/mine-stream.ts'

describe('src/logs/mining/mine-stream/read-stamp', () => {
  it.each(['2026-03-01T10:00:05.250Z x', '2026-03-01 10:00:05,250 x', '[2026/03/01 10:00:05.250] x'])(
    'reads %s',
    (line) => {
      expect(readStamp(line)).toBe(Date.UTC(2026, 2, 1, 10, 0, 5, 250))
    },
  )

  it.each(['', 'x', '2026-13-01T10:00:00Z', '2026-03-01', '10.0.0.1 - - [01/Mar/2026]', 'abcd-ef-ghTij:kl:mn'])(
    'finds none in "%s"',
    (line) => {
      expect(readStamp(line)).toBeUndefined()
    },
  )
})
