/** The same items in an order that a seed settles. */
export function shuffle(seed: number): <T>(list: readonly T[]) => T[] {
  let state = seed
  const next = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
  return (list) =>
    list
      .map((item) => ({ item, at: next() }))
      .toSorted((left, right) => left.at - right.at)
      .map(({ item }) => item)
}
