/** Milliseconds of stamps that follow each other: the second is worked out once for all the lines that share it. */
export function createStampReader(): (stamp: string | undefined) => number | undefined {
  let second = ''
  let start = Number.NaN
  return (stamp) => {
    if (stamp === undefined) return undefined
    if (!stamp.endsWith('Z') || stamp.length < 20) return orUndefined(Date.parse(stamp))
    const head = stamp.slice(0, 19)
    if (head !== second) {
      second = head
      start = Date.parse(`${head}Z`)
    }
    const fraction = stamp.charCodeAt(19) === 46 ? Number(`0${stamp.slice(19, 23).replace(/Z.*/, '')}`) * 1000 : 0
    return orUndefined(start + Math.round(fraction))
  }
}

function orUndefined(value: number): number | undefined {
  return Number.isNaN(value) ? undefined : value
}
