const units = [
  ['d', 86_400],
  ['h', 3600],
  ['m', 60],
] as const

/** A span of time in its one or two largest units: `45s`, `12m`, `3h 5m`, `2d 4h`. */
export function spanWords(milliseconds: number): string {
  if (!Number.isFinite(milliseconds)) return '?'
  const seconds = Math.max(0, Math.floor(milliseconds / 1000))
  const at = units.findIndex(([, size]) => seconds >= size)
  const [unit, size] = units[at] ?? ['s', 1]
  const [nextUnit, nextSize] = units[at + 1] ?? ['s', 1]
  const rest = Math.floor((seconds % size) / nextSize)
  return at < 0 || nextUnit === 's' || rest === 0
    ? `${Math.floor(seconds / size)}${unit}`
    : `${Math.floor(seconds / size)}${unit} ${rest}${nextUnit}`
}
