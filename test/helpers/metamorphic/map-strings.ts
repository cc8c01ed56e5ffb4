/** The same value with every string in it mapped; keys stay as they are. */
export function mapStrings<T>(value: T, map: (text: string) => string): T {
  return visit(value, map) as T
}

function visit(value: unknown, map: (text: string) => string): unknown {
  if (typeof value === 'string') return map(value)
  if (Array.isArray(value)) return value.map((item) => visit(item, map))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, visit(item, map)]))
}
