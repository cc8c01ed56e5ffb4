/**
 * One number for a sequence of tokens, of two hashes of 32 and 21 bits: equal sequences are equal, and others practically never.
 * `skipFrom` to `skipTo` (not included) stand for one value, whatever they are.
 */
export function keyOf(hashes: ArrayLike<number>, size: number, skipFrom = -1, skipTo = -1): number {
  let left = 17
  let right = 0x9e3779b9 | 0
  for (let index = 0; index < size; index++) {
    let hash = hashes[index] ?? 0
    if (index === skipFrom) {
      hash = 1
      index = skipTo - 1
    }
    left = Math.imul(left, 0x01000193) + hash
    right = Math.imul(right ^ hash, 0x85ebca6b)
    right ^= right >>> 13
  }
  return (left >>> 0) * 0x200000 + (right >>> 11)
}
