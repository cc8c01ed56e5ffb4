import type { NamespaceList } from '#src/cli/cli-ports.ts'
import type { ClusterReader } from '#src/observation/port.ts'

const bounds = { max_objects: 20_000, max_bytes: 100_000_000 }

/** The names of all namespaces of a cluster; a list that could not be had says why, and is never empty for it. */
export async function listNamespaces(
  reader: Pick<ClusterReader, 'list'>,
  timeout_ms: number,
  signal: AbortSignal,
): Promise<NamespaceList> {
  const answer = await reader.list({ kind: 'Namespace', limits: { ...bounds, timeout_ms } }, signal)
  if (answer.status !== 'ok') return { status: 'refused', why: answer.gap.why, needs: answer.gap.needs }
  const names = answer.items.map((namespace) => namespace.metadata.name)
  return { status: 'ok', names, ...(answer.truncated && { cut: answer.gap?.why ?? 'a bound was reached' }) }
}
