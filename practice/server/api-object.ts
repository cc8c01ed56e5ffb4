/** A Kubernetes object as it travels on the wire; only what this server looks at is named. */
export interface ApiObject {
  apiVersion?: string
  kind?: string
  metadata: {
    name: string
    namespace?: string
    uid?: string
    resourceVersion?: string
    creationTimestamp?: string
    labels?: Record<string, string>
    [field: string]: unknown
  }
  [field: string]: unknown
}

/** Walks a dotted path of an object; undefined where a step is missing. */
export function fieldAt(value: unknown, path: string): unknown {
  let current: unknown = value
  for (const step of path.split('.')) {
    if (typeof current !== 'object' || current === null) return undefined
    current = (current as Record<string, unknown>)[step]
  }
  return current
}
