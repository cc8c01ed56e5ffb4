import type { ConfigMap } from '#src/domain/kubernetes/objects.ts'

/** A config map whose long values are cut and say so; binary values are left out, their keys stay. */
export function cutConfigValues(map: ConfigMap, longest: number): ConfigMap {
  const { data, binaryData, ...rest } = map
  return {
    ...rest,
    ...(data ? { data: mapValues(data, (value) => cut(value, longest)) } : {}),
    ...(binaryData ? { binaryData: mapValues(binaryData, () => '') } : {}),
  }
}

function cut(value: string, longest: number): string {
  return value.length <= longest ? value : `${value.slice(0, longest)}\n[cut, ${value.length} characters]`
}

function mapValues(values: Record<string, string>, change: (value: string) => string): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, change(value)]))
}
