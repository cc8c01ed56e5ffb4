import type { Pattern } from './pattern.ts'
import type { ScannedLine } from './scanned-line.ts'

const valueHash = 1

/** The wordings with values in places that vary, by what a line has to have to fit them. */
export interface GeneralIndex {
  find(line: ScannedLine): Pattern | undefined
}

/** Those that may fit a line are of its length and begin as it does, or with a value. */
export function createGeneralIndex(patterns: readonly Pattern[]): GeneralIndex {
  const buckets = Map.groupBy(
    patterns.filter((pattern) => pattern.general),
    ({ hashes }) => bucketOf(hashes.length, hashes[0] ?? 0),
  )
  return {
    find(line) {
      const first = line.hashes[0] ?? 0
      const fitting = (candidate: Pattern): boolean => fits(candidate, line)
      const found = buckets.get(bucketOf(line.size, first))?.find(fitting)
      return found ?? (first === valueHash ? undefined : buckets.get(bucketOf(line.size, valueHash))?.find(fitting))
    },
  }
}

function bucketOf(size: number, first: number): number {
  return (first >>> 0) * 128 + size
}

function fits({ kinds, hashes }: Pattern, line: ScannedLine): boolean {
  for (let index = 0; index < line.size; index++) {
    if (hashes[index] === line.hashes[index]) continue
    if (kinds[index] !== 1 || line.kinds[index] === 2) return false
  }
  return true
}
