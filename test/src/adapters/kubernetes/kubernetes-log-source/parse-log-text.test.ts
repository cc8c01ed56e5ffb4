import { describe, expect, it } from 'vitest'
import { parseLogText } from '#src/adapters/kubernetes/kubernetes-log-source.ts'

describe('src/adapters/kubernetes/kubernetes-log-source/parse-log-text', () => {
  const cases: [string, string, { time?: string; text: string }[]][] = [
    [
      'a stamped line',
      '2026-11-20T10:49:23.770468491Z hello\n',
      [{ time: '2026-11-20T10:49:23.770468491Z', text: 'hello' }],
    ],
    [
      'a stamp with an offset',
      '2026-11-20T10:49:23+01:00 hello\n',
      [{ time: '2026-11-20T10:49:23+01:00', text: 'hello' }],
    ],
    [
      "the runtime's stamp only, not the program's",
      '2026-11-20T10:49:23Z 2026-11-20T10:49:22Z hi\n',
      [{ time: '2026-11-20T10:49:23Z', text: '2026-11-20T10:49:22Z hi' }],
    ],
    ['a line without a stamp', 'plain\n', [{ text: 'plain' }]],
    ['an empty line that was stamped', '2026-11-20T10:49:23Z \n', [{ time: '2026-11-20T10:49:23Z', text: '' }]],
    ['carriage returns', 'one\r\ntwo\r\n', [{ text: 'one' }, { text: 'two' }]],
    ['a last line without an end', 'one\ntwo', [{ text: 'one' }, { text: 'two' }]],
    ['nothing', '', []],
  ]
  it.each(cases)('reads %s', (_, text, expected) => {
    expect(parseLogText(text, { ends_whole: true })).toEqual(expected)
  })

  it('leaves out a last line that was cut off, unless it is all there is', () => {
    expect(parseLogText('one\ntw', { ends_whole: false })).toEqual([{ text: 'one' }])
    expect(parseLogText('on', { ends_whole: false })).toEqual([{ text: 'on' }])
  })
})
