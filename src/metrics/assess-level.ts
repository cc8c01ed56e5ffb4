/** How measurements stand against a limit. */
export interface Level {
  highest: number
  /** Share of the limit, where there is one: 1 is at the limit. */
  of_limit?: number
  /** `rising`: the last third lies clearly above the first third. */
  trend: 'rising' | 'falling' | 'steady'
}

const clearly = 0.2

/** The level and trend of a series, oldest first; undefined where nothing was measured. */
export function assessLevel(values: readonly number[], limit: number | undefined): Level | undefined {
  if (values.length === 0) return undefined
  const highest = Math.max(...values)
  const third = Math.max(1, Math.floor(values.length / 3))
  const early = mean(values.slice(0, third))
  const late = mean(values.slice(-third))
  const change = early === 0 ? Number(late > 0) : (late - early) / early
  const trend = change > clearly ? 'rising' : change < -clearly ? 'falling' : 'steady'
  return { highest, trend, ...(limit ? { of_limit: highest / limit } : {}) }
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
