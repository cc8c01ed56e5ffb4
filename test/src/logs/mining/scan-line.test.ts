import { describe, expect, it } from 'vitest'
import { createLineScanner } from '#src/logs/mining/scan-line.ts'

const scanner = createLineScanner()

/** Tokens as text, values as `<*>`. */
function masked(line: string): string {
  const { text, size, kinds, starts, ends } = scanner.scan(line)
  return Array.from({ length: size }, (_, place) =>
    kinds[place] === 1 ? '<*>' : text.slice(starts[place], ends[place]),
  ).join(' ')
}

describe('src/logs/mining/scan-line', () => {
  it.each([
    ['GET /a/b took 12 ms', 'GET <*> took <*>'],
    ['user=root from 10.0.0.1:80, 10.0.0.2', 'user = <*> from <*>'],
    ['logname= uid=0', 'logname = uid = <*>'],
    ['at host () or end()', 'at host ( <*> ) or end ( )'],
    ['vibrate=[] sound=[1]', 'vibrate = [ <*> ] sound = [ <*> ]'],
    ['1190 bytes (1.16 KB) sent, 12 bytes (ok)', '<*> bytes sent , <*> bytes ( ok )'],
    ['by WorkSource{10113} and Lock1{ 12 }', 'by WorkSource { <*> } and <*>'],
    ['clip.topAmount:66 of host.test:66', 'clip.topAmount : <*> of <*>'],
    ['read/write to a.b/c as me@a.test', 'read/write to <*> as <*>'],
    ['mac ca:7c:f7:00:11:22 is deadbeef', 'mac <*> is <*>'],
    ['<*> of <*>/<*>', '<*> of <*> / <*>'],
  ])('reads %s', (line, tokens) => {
    expect(masked(line)).toBe(tokens)
  })

  it('masks what it masked no further', () => {
    for (const line of ['took 12 of 30 at /a/b', 'user=root ws=[1, 2]', 'a <b> (c 1.2 KB) 0x1f:22', 'x=<*> y'])
      expect(masked(masked(line))).toBe(masked(line))
  })

  it.each(['(', '()', '"', 'a=', '=', 'ab:1:', '1 a ', '<1', 'A.b', '[1]', '/', '\\x\\', '....', '\u00e9', '1 ()'])(
    'reads a bounded part of a long line of %s',
    (part) => {
      const text = part.repeat(65_536 / part.length)
      const { size, ends, kinds } = scanner.scan(text)
      expect(size).toBeLessThanOrEqual(96)
      expect(Math.max(...ends.subarray(0, size))).toBeLessThanOrEqual(1200)
      const whole = [...kinds.subarray(0, size)]
      const cut = scanner.scan(text.slice(0, 1200))
      expect([...cut.kinds.subarray(0, cut.size)]).toEqual(whole)
    },
  )

  it('reads a line the same after a longer one', () => {
    const before = masked('up 1 of a.')
    scanner.scan('x'.repeat(1190) + ' /a/b 1.2.3.4 ...')
    expect(masked('up 1 of a.')).toBe(before)
  })
})
