import { rewordings } from './rewording.ts'
import { type Result, sumUp } from './totals.ts'

/** A verdict that holds only for one wording is no verdict: shares may fall this far, and no further. */
const mostFall = 0.03
const shares = ['outcome', 'root', 'facts', 'action'] as const

/** Where verdicts on logs in other words fall behind those on the logs as recorded; a sentence for each. */
export function fallenBehind(results: readonly Result[]): string[] {
  const recorded = sumUp(results.filter((result) => result.reworded === undefined))
  return rewordings.flatMap((dialect) => {
    const told = results.filter((result) => result.reworded === dialect)
    if (told.length === 0) return []
    const totals = sumUp(told)
    return shares
      .filter((share) => recorded[share] - totals[share] > mostFall + 1e-9)
      .map((share) => {
        const fall = ((recorded[share] - totals[share]) * 100).toFixed(1)
        return `logs in ${dialect}: ${share} falls by ${fall} points, more than ${mostFall * 100}`
      })
  })
}
