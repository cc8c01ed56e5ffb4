const fewest = 6
const sigmas = 4

/**
 * Where a series leaves its earlier band for good: the index of the first point from which all stay outside, or undefined.
 * The band is the mean of what came before, four standard deviations wide on each side.
 */
export function findStep(values: readonly number[]): number | undefined {
  for (let index = fewest; index < values.length - 1; index++) {
    const before = values.slice(0, index)
    const mean = before.reduce((sum, value) => sum + value, 0) / before.length
    const spread = Math.sqrt(before.reduce((sum, value) => sum + (value - mean) ** 2, 0) / before.length)
    const band = Math.max(spread * sigmas, Math.abs(mean) * 0.05)
    if (values.slice(index).every((value) => Math.abs(value - mean) > band)) return index
  }
  return undefined
}
