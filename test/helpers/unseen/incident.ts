import { MemorySaver } from '@langchain/langgraph-checkpoint'
import type { ActionKind } from '#src/domain/action.ts'
import type { Decision, Outcome } from '#src/domain/decision.ts'
import type { ClusterEvent } from '#src/domain/kubernetes/event.ts'
import type { KubernetesObject } from '#src/domain/kubernetes/objects.ts'
import type { Mechanism } from '#src/domain/mechanism.ts'
import { createInvestigator } from '#src/orchestrator/investigator.ts'
import { createQueryLogsTool } from '#tools/logs/query-logs.ts'
import type { LogSource } from '#tools/logs/log-source.ts'
import { createQueryMetricsTool } from '#tools/metrics/query-metrics.ts'
import { createToolRegistry } from '#tools/registry.ts'
import { container, deployment, namespace, node, service, snapshot } from '#test/helpers/build-cluster.ts'
import { incidentOf, recordedDeps } from '#test/helpers/recorded-investigation.ts'

/** What the right verdict about an incident is. */
export interface RightVerdict {
  outcome: Outcome
  /** `Kind/name` of each fault. */
  roots?: string[]
  /** Any of these ways of failing, for the first root. */
  mechanism?: Mechanism[]
  /** Facts that the statements or the summary must name, as whole words. */
  words?: string[]
  /** Kinds that the first recommended action may be. */
  action?: ActionKind[]
  /** Further kinds that are wrong here; those that are wrong in every incident need not be named. */
  harmful?: ActionKind[]
}

/** An incident that was never recorded: what the cluster shows, what the containers wrote, and the right verdict. */
export interface UnseenIncident {
  name: string
  objects: KubernetesObject[]
  events?: ClusterEvent[]
  /** Lines by `pod/container`, or `pod/container/previous`. */
  logs?: Record<string, string[]>
  right: RightVerdict
}

/** What stands in every namespace: a healthy neighbour with its Service, nodes, and the namespace itself. */
function surroundings(): KubernetesObject[] {
  const account = {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name: 'default', namespace, uid: 'uid-default' },
  }
  const place = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace, uid: 'uid-namespace' } }
  const neighbour = deployment('storefront', [container('web', { ports: [{ name: 'http', containerPort: 8080 }] })], {
    replicas: 2,
  })
  const nodes = ['node-1', 'node-2', 'node-3'].map((name) =>
    node(name, {
      status: {
        allocatable: { cpu: '4', memory: '8Gi' },
        nodeInfo: { architecture: 'amd64' },
        conditions: [{ type: 'Ready', status: 'True' }],
      },
    }),
  )
  const front = service('storefront', { ports: [{ port: 80, targetPort: 'http' }] })
  return [place, account, ...neighbour, front, ...nodes]
}

function logSourceOf(logs: Record<string, string[]>): LogSource {
  return {
    name: 'written',
    async read({ pod, container: name, previous, tail_lines: tail }, signal) {
      signal.throwIfAborted()
      const lines = logs[`${pod}/${name}${previous ? '/previous' : ''}`]
      if (!lines) return { status: 'empty', why: 'unable to retrieve container logs for containerd://0f3a' }
      return { status: 'read', lines: lines.slice(-tail).map((text) => ({ text })), truncated: false }
    },
  }
}

/** The whole pipeline over an unseen incident, in memory. */
export async function investigateUnseen(incident: UnseenIncident): Promise<Decision> {
  const picture = snapshot([...incident.objects, ...surroundings()], { events: incident.events ?? [] })
  const registry = createToolRegistry()
    .register(createQueryLogsTool(logSourceOf(incident.logs ?? {})))
    .register(createQueryMetricsTool(undefined))
  const investigator = createInvestigator({
    ...recordedDeps(incident.name, picture),
    saver: new MemorySaver(),
    registry,
  })
  const { signal } = new AbortController()
  return investigator.investigate({
    incident: incidentOf(picture),
    run_id: `run_${incident.name}`,
    trace_id: '0'.repeat(32),
    signal,
  })
}
