import type { Random } from './random.ts'

const texts = [
  '',
  ' ',
  '\0',
  'a\0b',
  '\ud800',
  'a\u202eb',
  '\u200b\ufeff',
  '\r\nSet-Cookie: a=b',
  "'; drop table incidents; --",
  '${jndi:ldap://x}',
  '{{7*7}}',
  '../../../../etc/passwd',
  '%00%ff',
  '<script>alert(1)</script>',
  '(a+)+$',
  '[[[[[[[[',
  'payments',
  'Deployment',
  'Pod',
  'Node',
  'critical',
  'resolved',
  'firing',
  '2026-11-21T08:00:00Z',
  '9999-99-99T99:99:99Z',
  '+275760-09-13T00:00:00.001Z',
  '-1',
  '1e309',
  'NaN',
  '__proto__',
  'constructor',
  'toString',
  '\u00fc\u4e2d\ud83d\ude00',
  'x'.repeat(300),
  'x'.repeat(5_000),
  'a-'.repeat(200),
]

const numbers = [0, -0, -1, 1, 1.5, 2 ** 31, 2 ** 53, -(2 ** 63), 1e21, 1e308, 5e-324, 1_700_000_000, 1_700_000_000_000]

/** A value that a sender should not send, and some do. */
export function oddValue(random: Random, depth = 0): unknown {
  const kind = random.whole(depth > 2 ? 5 : 8)
  if (kind < 2) return random.pick(texts)
  if (kind === 2) return random.pick(numbers)
  if (kind === 3) return random.pick([true, false])
  if (kind === 4) return null
  if (kind === 5) return Array.from({ length: random.whole(4) }, () => oddValue(random, depth + 1))
  if (kind === 6) return nested(random.pick([3, 30, 1_000]))
  return Object.fromEntries(
    Array.from({ length: random.whole(4) }, () => [random.pick(texts).slice(0, 50), oddValue(random, depth + 1)]),
  )
}

/** A text out of the odd ones. */
export function oddText(random: Random): string {
  return random.pick(texts)
}

function nested(depth: number): unknown {
  let value: unknown = 1
  for (let level = 0; level < depth; level++) value = level % 2 ? [value] : { a: value }
  return value
}
