import { createLineScanner, type ScannedLine } from './scan-line.ts'

/** Lines of one kind. A group that was joined to another one points to it. */
export interface LineGroup {
  count: number
  /** Milliseconds since 1970, of the first and the last line with a time. */
  first?: number
  last?: number
  sample: string
  /** Position of the sample in what was read. */
  index: number
  /** The number of lines that were read when it got its last line. */
  seen: number
  joined?: LineGroup
}

/** The text of a pattern. */
export interface Wording {
  /** Words, marks and values, values as `<*>`. */
  words: readonly string[]
  /** Whether a space precedes the word. */
  spaced: readonly boolean[]
}

/** One wording of a group. */
export interface Pattern {
  key: number
  kinds: readonly number[]
  hashes: readonly number[]
  /** The line until the wording is needed, because most patterns are compared by their hashes only. */
  wording: Wording | string
  /** True where some of its words were found to vary and became values. */
  general: boolean
  group: LineGroup
}

/** The group that holds the lines of a group now, after it was joined to others. */
export function rootOf(group: LineGroup): LineGroup {
  let root = group
  while (root.joined) root = root.joined
  return root
}

/** Joins groups into one: counts add up, and the first sample stays. Returns the remaining group. */
export function joinGroups(groups: readonly LineGroup[]): LineGroup {
  const roots = [...new Set(groups.map(rootOf))].toSorted((left, right) => left.index - right.index)
  const [root, ...others] = roots as [LineGroup, ...LineGroup[]]
  for (const other of others) {
    root.count += other.count
    root.seen = Math.max(root.seen, other.seen)
    if (other.first !== undefined && (root.first === undefined || other.first < root.first)) root.first = other.first
    if (other.last !== undefined && (root.last === undefined || other.last > root.last)) root.last = other.last
    other.joined = root
  }
  return root
}

/** Each pattern once; the groups of equal patterns are joined. */
export function distinctPatterns(patterns: Iterable<Pattern>): Pattern[] {
  const byKey = new Map<number, Pattern>()
  for (const pattern of patterns) {
    const known = byKey.get(pattern.key)
    if (!known) byKey.set(pattern.key, pattern)
    else {
      known.group = joinGroups([known.group, pattern.group])
      known.general ||= pattern.general
    }
  }
  return [...byKey.values()]
}

const scanner = createLineScanner()

/** The wording of a pattern, which is read from its line the first time. */
export function wordingOf(pattern: Pattern): Wording {
  if (typeof pattern.wording !== 'string') return pattern.wording
  const { text, size, kinds, starts, ends } = scanner.scan(pattern.wording)
  const words: string[] = []
  const spaced: boolean[] = []
  for (let place = 0; place < size; place++) {
    words.push(kinds[place] === 1 ? '<*>' : text.slice(starts[place], ends[place]))
    spaced.push(place > 0 && (starts[place] ?? 0) > (ends[place - 1] ?? 0))
  }
  return (pattern.wording = { words, spaced })
}

const keyer = createKeyer()

/** One pattern for all members, with values at the places (from, to; `to` is excluded), and one group. */
export function generalise(members: readonly Pattern[], places: readonly (readonly [number, number])[]): Pattern {
  const [first] = members as [Pattern]
  const wording = wordingOf(first)
  const [words, spaced] = [[...wording.words], [...wording.spaced]]
  const [kinds, hashes] = [[...first.kinds], [...first.hashes]]
  for (const [from, to] of places.toSorted((left, right) => right[0] - left[0])) {
    words.splice(from, to - from, '<*>')
    kinds.splice(from, to - from, 1)
    hashes.splice(from, to - from, 1)
    spaced.splice(from, to - from, wording.spaced[from] ?? true)
  }
  keyer.load(hashes, hashes.length)
  return {
    key: keyer.key(),
    kinds,
    hashes,
    wording: { words, spaced },
    general: true,
    group: joinGroups(members.map((member) => member.group)),
  }
}

const maxTokens = 128
const [leftWeights, rightWeights] = [weights(0x01000193), weights(0x85ebca6b)]
const valueHash = 1

/** Keys of token sequences: equal sequences have equal keys, different ones practically never. */
export interface Keyer {
  load(hashes: ArrayLike<number>, size: number): void
  /** The key of the loaded sequence. */
  key(): number
  /** The key with values at one place, or at two. */
  with(place: number, other?: number): number
  /** The key with one value instead of the tokens from `from` to `to` (excluded). */
  withStretch(from: number, to: number): number
}

/**
 * Two sums of 32 and 21 bits of weighted hashes. The key of a sequence with a value at another place takes one step for any length,
 * which makes the search for varying places cheap.
 */
export function createKeyer(): Keyer {
  let [tokens, length]: [ArrayLike<number>, number] = [[], 0]
  let [left, right] = [0, 0]

  function load(hashes: ArrayLike<number>, size: number): void {
    tokens = hashes
    length = size
    left = right = size
    for (let place = 0; place < size; place++) add(hashes[place] ?? 0, place)
  }

  function add(hash: number, place: number): void {
    left = (left + Math.imul(hash, leftWeights[place] ?? 1)) | 0
    right = (right + Math.imul(hash ^ (hash >>> 15), rightWeights[place] ?? 1)) | 0
  }

  function leftStep(place: number): number {
    return Math.imul(valueHash - (tokens[place] ?? 0), leftWeights[place] ?? 1)
  }

  function rightStep(place: number): number {
    const hash = tokens[place] ?? 0
    return Math.imul(valueHash - (hash ^ (hash >>> 15)), rightWeights[place] ?? 1)
  }

  return {
    load,
    key: () => combine(left, right),
    with(place, other) {
      if (other === undefined) return combine(left + leftStep(place), right + rightStep(place))
      return combine(left + leftStep(place) + leftStep(other), right + rightStep(place) + rightStep(other))
    },
    withStretch(from, to) {
      const [hashes, size, whole] = [tokens, length, [left, right] as const]
      const shorter = size - (to - from) + 1
      left = right = shorter
      for (let place = 0; place < shorter; place++) {
        const token = place < from ? hashes[place] : place === from ? valueHash : hashes[place + to - from - 1]
        add(token ?? 0, place)
      }
      const key = combine(left, right)
      ;[left, right] = whole
      return key
    },
  }
}

function combine(left: number, right: number): number {
  return (left >>> 0) * 0x200000 + ((right | 0) >>> 11)
}

function weights(factor: number): Int32Array {
  const made = new Int32Array(maxTokens)
  let weight = 1
  for (let place = 0; place < maxTokens; place++) {
    weight = Math.imul(weight, factor | 1) + (place << 17)
    made[place] = weight | 1
  }
  return made
}

const sampleLength = 200

/** More than the scanner reads. */
const maxCharacters = 1300

const scratch = Buffer.alloc(maxCharacters * 2)

/** A pattern of a scanned line with a new group, which has no lines yet. */
export function toPattern(line: ScannedLine, key: number, index: number): Pattern {
  const text = copyOf(line.text)
  const kinds: number[] = []
  const hashes: number[] = []
  for (let place = 0; place < line.size; place++) {
    kinds.push(line.kinds[place] ?? 0)
    hashes.push(line.hashes[place] ?? 0)
  }
  const group = { count: 0, sample: text.slice(0, sampleLength), index, seen: 0 }
  return { key, kinds, hashes, wording: text, general: false, group }
}

/** A slice of a string keeps the whole string in memory; a copy does not. */
function copyOf(line: string): string {
  const text = line.slice(0, maxCharacters)
  const encoding = /[^\0-\xff]/.test(text) ? 'utf16le' : 'latin1'
  return scratch.toString(encoding, 0, scratch.write(text, 0, encoding))
}
