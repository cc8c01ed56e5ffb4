const slots = 1 << 20

/** Tells numbers that may have come often from those that surely have not: what comes once need not be remembered. */
export interface RepeatFilter {
  add(key: number): void
  /** False for one that was added less often; true for others, and for a few of those as well. Counts to 255. */
  cameOften(key: number, times: number): boolean
  clear(): void
}

/** One byte a slot, so that a million numbers cost a mebibyte and no garbage. */
export function createRepeatFilter(): RepeatFilter {
  const seen = new Uint8ClampedArray(slots)
  return {
    add(key) {
      const slot = key & (slots - 1)
      seen[slot] = (seen[slot] ?? 0) + 1
    },
    cameOften: (key, times) => (seen[key & (slots - 1)] ?? 0) >= times,
    clear: () => void seen.fill(0),
  }
}
