/** The same record under mapped keys. */
export function mapKeys<T>(record: Record<string, T>, map: (key: string) => string): Record<string, T> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [map(key), value]))
}
