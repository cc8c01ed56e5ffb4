const first_ms = 5_000
const longest_ms = 5 * 60_000

/** How long to wait after so many broken attempts (1, 2, ...): four times as long each, by up to a quarter more at random. */
export function backOff(failures: number, random: () => number): number {
  const plain = Math.min(longest_ms, first_ms * 4 ** (failures - 1))
  return Math.round(plain * (1 + random() / 4))
}
