import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { oddText, oddValue } from './odd-values.ts'
import type { Random } from './random.ts'

const fixtures = join(import.meta.dirname, '../fixtures')
/** Folder of what is posted to an address whose last word is another one. */
const folders: Record<string, string> = { kubernetes: 'kubernetes-events', decide: 'kubernetes-events' }

/** What senders were seen to post to an address. */
export function recordedPayloads(path: string): unknown[] {
  const word = path.split('/').at(-1) ?? ''
  const folder = join(fixtures, folders[word] ?? word)
  if (word === '' || !existsSync(folder)) return []
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .map((name): unknown => JSON.parse(readFileSync(join(folder, name), 'utf8')))
}

/** The payload with a few of its values changed, gone or doubled; now and then as it was. */
export function spoil(payload: unknown, random: Random): unknown {
  const copy = structuredClone(payload)
  for (let count = random.pick([0, 1, 1, 2, 5]); count > 0; count--) spoilOne(copy, random)
  return copy
}

function spoilOne(value: unknown, random: Random): void {
  if (typeof value !== 'object' || value === null) return
  const holder = value as Record<string, unknown>
  const keys = Object.keys(holder)
  const key = keys[random.whole(keys.length)]
  if (key === undefined) return
  const inner = holder[key]
  if (typeof inner === 'object' && inner !== null && random.chance(0.7)) return spoilOne(inner, random)
  const way = random.whole(4)
  if (way === 0 && !Array.isArray(value)) delete holder[key]
  else if (way === 1) holder[key] = typeof inner === 'string' ? `${inner}${oddText(random)}` : [inner, inner]
  else holder[key] = oddValue(random)
}
