const most = 128
const [leftWeights, rightWeights] = [weights(0x01000193), weights(0x85ebca6b)]
const valueHash = 1

/** Numbers for sequences of tokens: equal sequences have equal ones, others practically never. */
export interface Keyer {
  load(hashes: ArrayLike<number>, size: number): void
  /** Of what was loaded. */
  key(): number
  /** As if values stood at one place, or at two. */
  with(place: number, other?: number): number
  /** As if one value stood for the tokens from `from` to `to`, which is not included. */
  withStretch(from: number, to: number): number
}

/**
 * Two sums of 32 and 21 bits of weighted hashes. Being sums, what a sequence would be with a value elsewhere takes one step however
 * long it is, which makes the search for places that vary cheap.
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
    key: () => joined(left, right),
    with(place, other) {
      if (other === undefined) return joined(left + leftStep(place), right + rightStep(place))
      return joined(left + leftStep(place) + leftStep(other), right + rightStep(place) + rightStep(other))
    },
    withStretch(from, to) {
      const [hashes, size, whole] = [tokens, length, [left, right] as const]
      const shorter = size - (to - from) + 1
      left = right = shorter
      for (let place = 0; place < shorter; place++) {
        const token = place < from ? hashes[place] : place === from ? valueHash : hashes[place + to - from - 1]
        add(token ?? 0, place)
      }
      const key = joined(left, right)
      ;[left, right] = whole
      return key
    },
  }
}

function joined(left: number, right: number): number {
  return (left >>> 0) * 0x200000 + ((right | 0) >>> 11)
}

function weights(factor: number): Int32Array {
  const made = new Int32Array(most)
  let weight = 1
  for (let place = 0; place < most; place++) {
    weight = Math.imul(weight, factor | 1) + (place << 17)
    made[place] = weight | 1
  }
  return made
}
