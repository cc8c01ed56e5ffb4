import type { Gap } from '#src/domain/gap.ts'

const mostOfOneReason = 3
const permission = /^(get|list|watch) on (\S+) (in .+)$/

/** Each gap once; many of one reason and scope become one that still names every permission that is missing. */
export function summarizeGaps(gaps: readonly Gap[]): Gap[] {
  const distinct = new Map(gaps.map((gap) => [JSON.stringify(gap), gap])).values()
  const byReason = Map.groupBy(distinct, reasonOf)
  return [...byReason.values()].flatMap((same) => (same.length <= mostOfOneReason ? same : [merge(same)]))
}

/** Refusals belong together by verb and scope; all else by what would close it. */
function reasonOf({ why, needs }: Gap): string {
  const [, verb, , scope] = permission.exec(needs) ?? []
  return verb === undefined ? `${why}\n${needs}` : `${why}\n${verb} ${scope}`
}

function merge(gaps: readonly Gap[]): Gap {
  const named = gaps.slice(0, mostOfOneReason).map((gap) => gap.what)
  const what = `${named.join(', ')} and ${gaps.length - mostOfOneReason} more`
  const [first] = gaps
  const parts = gaps.map((gap) => permission.exec(gap.needs))
  const [, verb, , scope] = parts[0] ?? []
  const needs = verb === undefined ? first?.needs : `${verb} on ${parts.map((part) => part?.[2]).join(', ')} ${scope}`
  return { what, why: first?.why ?? '', needs: needs ?? '' }
}
