import { describe, expect, it } from 'vitest'
import { createClockShift, shiftLogTimes, shiftObjectTimes, timeOfLine } from '#practice/server/clock-shift.ts'

// Recorded on a Friday; moved by 12 days, 1 hour, 2 minutes and 3 seconds (and a fraction that is dropped).
const recordedAt = '2026-11-20T09:41:42Z'
const shift = createClockShift(recordedAt, Date.parse('2026-12-02T10:43:45.678Z'))

const formats: [string, string, string][] = [
  ['ISO', '2026-11-20T09:40:24.410Z INFO starting', '2026-12-02T10:42:27.410Z INFO starting'],
  ['ISO with nanoseconds and zone', 'at 2026-11-20T09:40:24.123456789+01:00', 'at 2026-12-02T10:42:27.123456789+01:00'],
  ['postgres', '2026-11-20 09:45:06.558 UTC [1] FATAL: x', '2026-12-02 10:47:09.558 UTC [1] FATAL: x'],
  ['python', '2026-11-20 09:40:24,410 ERROR root', '2026-12-02 10:42:27,410 ERROR root'],
  ['go and nginx error', '2026/11/20 09:40:24 [error] 7#7: x', '2026/12/02 10:42:27 [error] 7#7: x'],
  [
    'access log',
    '10.0.0.1 - - [20/Nov/2026:09:40:24 +0000] "GET /"',
    '10.0.0.1 - - [02/Dec/2026:10:42:27 +0000] "GET /"',
  ],
  ['redis', '1:M 20 Nov 2026 09:40:24.410 * Ready', '1:M 02 Dec 2026 10:42:27.410 * Ready'],
  ['HTTP date', 'Date: Fri, 20 Nov 2026 09:40:24 GMT', 'Date: Wed, 02 Dec 2026 10:42:27 GMT'],
  ['date and Apache error', '[Fri Nov 20 09:40:24.123456 2026] [core]', '[Wed Dec  2 10:42:27.123456 2026] [core]'],
  ['syslog', 'Nov 20 09:40:24 host sshd[1]: x', 'Dec  2 10:42:27 host sshd[1]: x'],
  ['klog', 'I1120 09:40:24.410123       1 main.go:1] x', 'I1202 10:42:27.410123       1 main.go:1] x'],
  ['JSON with seconds', '{"ts":1795167624.4101,"msg":"x"}', '{"ts":1796208147.4101,"msg":"x"}'],
  ['JSON with milliseconds', '{"time":1795167624410,"msg":"x"}', '{"time":1796208147410,"msg":"x"}'],
  ['JSON with ISO', '{"@timestamp":"2026-11-20T09:40:24Z"}', '{"@timestamp":"2026-12-02T10:42:27Z"}'],
  ['time of day at the start', '09:40:24.410 [main] INFO x', '10:42:27.410 [main] INFO x'],
]

const untouched = [
  '1970-01-01T00:00:00Z',
  'order 1234567890 done',
  'lookup returns-db on 10.96.0.10:53: no such host',
  'ACME_20261119.csv row 8841: "1.204,50"',
  'build 4711 took 00:00:12 in total',
  'sha256:1795167624aaaaaaaa',
]

describe('practice/server/clock-shift', () => {
  it.each(formats)('moves times as %s writes them and keeps format and width', (_name, before, after) => {
    expect(shiftLogTimes(before, shift)).toBe(after)
  })

  it.each(untouched)('leaves alone what is no time of the recording: %s', (line) => {
    expect(shiftLogTimes(line, shift)).toBe(line)
  })

  it('moves every line of a log', () => {
    const text = formats.map(([, before]) => before).join('\n')
    expect(shiftLogTimes(text, shift)).toBe(formats.map(([, , after]) => after).join('\n'))
  })

  it('moves times inside objects, also in annotations and messages, but nothing else', () => {
    const before =
      '{"a":"2026-11-20T09:40:24.117037Z","b":"{\\"at\\":\\"2026-11-20T09:41:42Z\\"}","c":"20/Nov/2026:09:40:24"}'
    const after =
      '{"a":"2026-12-02T10:42:27.117037Z","b":"{\\"at\\":\\"2026-12-02T10:43:45Z\\"}","c":"20/Nov/2026:09:40:24"}'
    expect(shiftObjectTimes(before, shift)).toBe(after)
  })

  it('ends the recording now, never in the future', () => {
    const [moved] = /\S+Z/.exec(shiftObjectTimes(recordedAt, shift)) ?? []
    expect(moved).toBe('2026-12-02T10:43:45Z')
  })

  it.each([
    ['2026-11-20T09:40:24.410Z x', '2026-11-20T09:40:24.410Z'],
    ['2026-11-20T10:40:24.410+01:00 x', '2026-11-20T09:40:24.410Z'],
    ['2026-11-20 09:40:24,5 x', '2026-11-20T09:40:24.500Z'],
    ['I1120 09:40:24.410123 1 x', '2026-11-20T09:40:24.410Z'],
  ])('reads the time of the line %s', (line, expected) => {
    expect(timeOfLine(line, Date.parse(recordedAt))).toBe(Date.parse(expected))
  })

  it('reads no time where there is none', () => {
    expect(timeOfLine('Error: Database is uninitialized', Date.parse(recordedAt))).toBeUndefined()
  })
})
