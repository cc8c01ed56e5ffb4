const mostTold = 64
const mostFiring = 256
/** Stands for alert keys that found no room: never resolved, so that the incident does not close while they may fire. */
const overflow = '(more)'

/** What was told, each once, the latest kept. */
export function boundTold(told: readonly string[]): string[] {
  return [...new Set(told)].slice(-mostTold)
}

/** Alert keys that fire, each once. */
export function boundFiring(keys: readonly string[]): string[] {
  const each = new Set(keys)
  if (each.size <= mostFiring) return [...each]
  each.delete(overflow)
  return [...[...each].slice(0, mostFiring), overflow]
}
