import { type CliPorts, type NamespaceList } from './cli-ports.ts'
import { cleanEnvironment } from './clean-environment.ts'

const systemNamespaces: ReadonlySet<string> = new Set(['kube-system', 'kube-public', 'kube-node-lease'])

/** What there is to sweep. */
export interface SweepGround {
  /** When the sweep began, on the clock of `performance`. */
  begun: number
  context: string
  namespaces: string[]
  /** System namespaces that are not asked about. */
  left_out: number
  cut?: string
}

/** The namespaces of the cluster that the environment names, or why they cannot be known. */
export async function findNamespaces(
  includeSystem: boolean,
  ports: CliPorts,
): Promise<SweepGround | { refused: string }> {
  const begun = performance.now()
  await using cleanup = new AsyncDisposableStack()
  const cluster = await ports.openCluster(cleanEnvironment(ports.env))
  cleanup.defer(() => cluster.close())
  const { context } = cluster
  const list = await cluster.listNamespaces(ports.signal)
  ports.signal.throwIfAborted()
  if (list.status === 'refused') return { refused: describeRefusedList(context, list) }
  if (list.names.length === 0) return { refused: `${context} lists no namespace at all` }
  const namespaces = list.names.filter((name) => includeSystem || !systemNamespaces.has(name)).toSorted()
  const left_out = list.names.length - namespaces.length
  return { begun, context, namespaces, left_out, ...(list.cut !== undefined && { cut: list.cut }) }
}

function describeRefusedList(context: string, { why, needs }: Extract<NamespaceList, { status: 'refused' }>): string {
  return (
    `the namespaces of ${context} cannot be listed: ${why}; needs ${needs}. ` +
    'Where a role must stay narrow, ask about one namespace at a time: sre-agent decide -n NAMESPACE'
  )
}
