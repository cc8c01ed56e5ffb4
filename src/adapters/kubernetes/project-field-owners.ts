import type { FieldOwner } from '#src/domain/kubernetes/objects.ts'

const mostOwners = 30
const mostPaths = 400
const roots: ReadonlySet<string> = new Set(['f:spec', 'f:data', 'f:binaryData'])

/** The `managedFields` of an object as it was sent: managers, times and the paths below spec and data, nothing else of them. */
export function projectFieldOwners(raw: unknown): FieldOwner[] {
  const { metadata } = (raw ?? {}) as { metadata?: { managedFields?: unknown } }
  const entries = Array.isArray(metadata?.managedFields) ? metadata.managedFields : []
  return entries.slice(0, mostOwners).flatMap((entry: unknown) => {
    const { manager, operation, subresource, time, fieldsV1 } = (entry ?? {}) as Record<string, unknown>
    if (typeof manager !== 'string' || typeof operation !== 'string') return []
    const paths = pathsOf(fieldsV1)
    if (paths.length === 0) return []
    return [
      {
        manager,
        operation,
        paths,
        ...(typeof subresource === 'string' && subresource !== '' ? { subresource } : {}),
        ...(typeof time === 'string' ? { time } : {}),
      },
    ]
  })
}

function pathsOf(fields: unknown): string[] {
  const paths: string[] = []
  for (const [key, value] of entriesOf(fields)) if (roots.has(key)) collect(paths, key.slice(2), value)
  return paths
}

/** Leaves, and whatever is owned as a whole (`.`) without a leaf of its own below it. */
function collect(paths: string[], path: string, value: unknown): void {
  if (paths.length >= mostPaths) return
  const children = entriesOf(value).filter(([key]) => key !== '.')
  if (children.length === 0) paths.push(path)
  for (const [key, child] of children) collect(paths, `${path}${stepOf(key, path)}`, child)
}

function entriesOf(value: unknown): [string, unknown][] {
  return typeof value === 'object' && value !== null ? Object.entries(value) : []
}

/** `f:image` is a field, `k:{"name":"web"}` an item of a list by its keys, `v:"x"` an item of a set, `i:0` one by its place. */
function stepOf(key: string, path: string): string {
  const [kind, rest] = [key.slice(0, 2), key.slice(2)]
  if (kind === 'f:') return path === 'data' || path === 'binaryData' ? `[${rest}]` : `.${rest}`
  if (kind !== 'k:') return `[${rest.replaceAll('"', '')}]`
  const keys = parseKeys(rest)
  return `[${keys.join('/')}]`
}

function parseKeys(text: string): string[] {
  try {
    const keys: unknown = JSON.parse(text)
    return entriesOf(keys).map(([, value]) => (typeof value === 'string' ? value : JSON.stringify(value)))
  } catch {
    return [text]
  }
}
