/** An amount of a resource as people write it: `9.4Gi`, `1800m`, `3`. */
export function describeAmount(resource: string, amount: number): string {
  if (resource.endsWith('cpu')) return `${Math.round(amount * 1000)}m`
  if (!/memory|storage|hugepages/.test(resource)) return String(amount)
  const mebibytes = amount / 2 ** 20
  return mebibytes >= 1024 ? `${Math.floor((mebibytes / 1024) * 10) / 10}Gi` : `${Math.floor(mebibytes)}Mi`
}
