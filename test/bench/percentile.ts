/** The p-th percentile of some milliseconds, rounded to a tenth. */
export function percentile(values: readonly number[], p: number): number {
  const sorted = values.toSorted((left, right) => left - right)
  const value = sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * p) / 100))] ?? Number.NaN
  return Math.round(value * 10) / 10
}
