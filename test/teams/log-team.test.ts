import { describe, expect, it } from 'vitest'
import { createEvidenceLedger } from '#agents/evidence-ledger.ts'
import type { AgentDeps } from '#agents/run-agent.ts'
import { selectLogTargets } from '#agents/select-log-targets.ts'
import { ClusterView } from '#src/domain/cluster-view.ts'
import type { Pod } from '#src/domain/kubernetes/objects.ts'
import { logTeam } from '#teams/log-team.ts'
import type { LogAnswer, LogRequest } from '#tools/logs/log-source.ts'
import { createQueryLogsTool } from '#tools/logs/query-logs.ts'
import { createLogScanner } from '#src/logs/scan/create-log-scanner.ts'
import type { LogBatch, LogStreamSource } from '#tools/logs/log-stream.ts'
import { createScanLogsTool } from '#tools/logs/scan-logs.ts'
import { createToolRegistry } from '#tools/registry.ts'
import { ago, logIncident, object } from '#test/helpers/log-incident.ts'

type Answers = (request: LogRequest) => LogAnswer

const read = (text: string, truncated = false): LogAnswer => ({
  status: 'read',
  lines: text.split('\n').map((line) => ({ text: line })),
  truncated,
})
const nothing: LogAnswer = { status: 'empty', why: 'nothing was printed' }

/** A log of calm lines with one that is not, long before its end. */
const longLog: LogStreamSource = {
  async stream() {
    const lines = Array.from({ length: 9000 }, (_, index) => ({
      time: ago(9000 - index),
      text: index === 2000 ? 'FATAL LEDGER_URL must be set' : `INFO tick ${index}`,
    }))
    const batches = async function* (): AsyncGenerator<LogBatch> {
      yield { lines, bytes: 1 }
    }
    return { status: 'open', batches: batches() }
  },
}

function depsFor(
  view: ClusterView,
  answers?: Answers,
  whole?: LogStreamSource,
): { deps: AgentDeps; asked: LogRequest[] } {
  const asked: LogRequest[] = []
  const source = answers && {
    name: 'test',
    async read(request: LogRequest) {
      asked.push(request)
      return answers(request)
    },
  }
  const deps: AgentDeps = {
    registry: createToolRegistry()
      .register(createQueryLogsTool(source))
      .register(createScanLogsTool({ source: whole, createScanner: createLogScanner })),
    ledger: createEvidenceLedger((text) => text),
    view,
    signal: new AbortController().signal,
    max_turns: 5,
  }
  return { deps, asked }
}

async function run(view: ClusterView, answers?: Answers) {
  const { deps, asked } = depsFor(view, answers)
  const outcome = await logTeam.run({ targets: selectLogTargets(view, []) }, [], deps)
  return { outcome, asked }
}

describe('teams/log-team', () => {
  it('fetches, reduces and judges the log of a container that is not well', async () => {
    const { outcome, asked } = await run(logIncident().view, () => read('INFO starting\nFATAL LEDGER_URL must be set'))
    expect(outcome.findings).toMatchObject([{ mechanism: 'missing_env' }])
    expect(outcome.agents.map((agent) => agent.name)).toEqual(['loki_query', 'log_summarizer', 'log_pattern'])
    expect(asked).toHaveLength(1)
    expect(outcome.gaps).toEqual([])
  })

  it('asks nobody and says nothing where no container is in trouble', async () => {
    const { outcome, asked } = await run(
      logIncident({
        status: { ready: true, restartCount: 0, state: { running: { startedAt: ago(900) } }, lastState: {} },
      }).view,
      () => nothing,
    )
    expect([outcome.agents, asked]).toEqual([[], []])
  })

  it('reads deeper where the fetch was cut before the first error', async () => {
    const { outcome, asked } = await run(logIncident().view, ({ tail_lines }) =>
      tail_lines > 1000 ? read('FATAL LEDGER_URL must be set\nINFO bye') : read('INFO bye', true),
    )
    expect(asked.map((request) => request.tail_lines)).toEqual([300, 3000])
    expect(outcome.findings).toMatchObject([{ mechanism: 'missing_env' }])
    expect(outcome.agents.map((agent) => agent.said).join()).toContain('cut before the first error')
  })

  it('reads the other instance where one left no log', async () => {
    const { outcome, asked } = await run(logIncident().view, ({ previous }) =>
      previous ? read('FATAL LEDGER_URL must be set') : nothing,
    )
    expect(asked.map((request) => request.previous)).toEqual([false, true])
    expect(outcome.findings).toMatchObject([{ mechanism: 'missing_env' }])
  })

  it('follows a refused connection to the logs behind the Service', async () => {
    const database = object('Pod', 'users-db-0', {
      spec: { containers: [{ name: 'postgres' }] },
      status: {
        containerStatuses: [
          { name: 'postgres', ready: true, restartCount: 0, state: { running: { startedAt: ago(900) } } },
        ],
      },
    }) as Pod
    database.metadata.labels = { app: 'users-db' }
    const service = object('Service', 'users-db', {
      spec: { clusterIP: '10.96.7.7', selector: { app: 'users-db' }, ports: [{ port: 5432 }] },
    })
    const { outcome, asked } = await run(logIncident({ objects: [database, service] }).view, ({ pod }) =>
      pod === 'users-db-0' ? read('LOG: ready') : read('FATAL dial tcp 10.96.7.7:5432: connect: connection refused'),
    )
    expect(asked.map((request) => request.pod)).toEqual(['api-0', 'users-db-0'])
    expect(outcome.findings).toMatchObject([
      { mechanism: 'dependency_unreachable', blames: [{ resource: { name: 'users-db' } }] },
    ])
    expect(outcome.agents.filter((agent) => agent.name === 'loki_query')).toHaveLength(2)
  })

  it('gives little weight to last words that a healthy sibling says as well', async () => {
    const { view, pod } = logIncident()
    const sibling: Pod = structuredClone(pod)
    sibling.metadata.name = 'api-1'
    sibling.metadata.uid = 'Pod-api-1'
    sibling.status = {
      containerStatuses: [{ name: 'main', ready: true, restartCount: 0, state: { running: { startedAt: ago(900) } } }],
    }
    const both = new ClusterView({ ...view.snapshot, objects: { ...view.snapshot.objects, Pod: [pod, sibling] } })
    const { outcome, asked } = await run(both, () => read(`${ago(60)} ERROR metrics exporter is slow today`))
    expect(asked.map((request) => request.pod)).toEqual(['api-0', 'api-1'])
    expect(outcome.findings[0]?.confidence).toBeLessThan(0.5)
  })

  it('ends, whatever it hears: hand-backs are bounded', async () => {
    const { outcome, asked } = await run(logIncident().view, () => read('INFO nothing to see', true))
    expect(asked.length).toBeLessThan(10)
    expect(outcome.findings).toEqual([])
  })

  it('ends with what the rules found where a mind only ever hands off', async () => {
    const { deps, asked } = depsFor(logIncident().view, () => read('FATAL LEDGER_URL must be set'))
    const again = { namespace: 'shop', pod: 'api-0', container: 'main', previous: false, tail_lines: 300 }
    const restless = {
      name: 'restless',
      next: () => ({ kind: 'handoff' as const, to: 'loki_query', reason: 'more', request: { requests: [again] } }),
    }
    const mind_for = (name: string) => (name === 'loki_query' ? undefined : restless)
    const targets = selectLogTargets(deps.view, [])
    const outcome = await logTeam.run({ targets }, [], { ...deps, mind_for })
    expect(outcome.findings).toMatchObject([{ mechanism: 'missing_env' }])
    expect(asked.length).toBeLessThan(10)
  })

  it('takes a handoff that asks for nothing readable as none', async () => {
    const { deps } = depsFor(logIncident().view, () => read('FATAL LEDGER_URL must be set'))
    const vague = {
      name: 'vague',
      next: () => ({ kind: 'handoff' as const, to: 'loki_query', reason: 'more', request: 'everything' }),
    }
    const outcome = await logTeam.run({ targets: selectLogTargets(deps.view, []) }, [], {
      ...deps,
      mind_for: (name) => (name === 'loki_query' ? undefined : vague),
    })
    expect(outcome.findings).toMatchObject([{ mechanism: 'missing_env' }])
  })

  it('reads the whole log, as a stream, where its newest lines hold no error', async () => {
    const { view } = logIncident()
    const { deps, asked } = depsFor(view, () => read('INFO nothing yet', true), longLog)
    const outcome = await logTeam.run({ targets: selectLogTargets(view, []) }, [], deps)
    expect(asked.map((request) => request.tail_lines)).toEqual([300, 3000])
    expect(outcome.findings).toMatchObject([{ mechanism: 'missing_env' }])
    expect(outcome.gaps).toEqual([])
  })

  it('says so where the whole log could not be read', async () => {
    const { view } = logIncident()
    const { deps } = depsFor(view, () => read('INFO nothing yet', true))
    const outcome = await logTeam.run({ targets: selectLogTargets(view, []) }, [], deps)
    expect(outcome.gaps).toMatchObject([{ what: expect.stringContaining('the whole log of container') as string }])
  })

  it('reports a gap where there is no log source, and no finding', async () => {
    const { outcome } = await run(logIncident().view)
    expect(outcome.gaps).toMatchObject([{ why: 'no log source is configured', needs: 'a log source' }])
    expect(outcome.findings).toEqual([])
  })

  it('reports a refused read as a gap and judges what else was read', async () => {
    const gap = { what: 'the log of api-0', why: '403 Forbidden', needs: 'get on pods/log in namespace shop' }
    const { outcome } = await run(logIncident().view, () => ({ status: 'failed', gap }))
    expect(outcome.gaps).toEqual([gap])
  })

  it('shows its members, their tools and to whom they hand off', async () => {
    const { nodes, edges } = await logTeam.graph.getGraphAsync()
    const members = Object.values(nodes).flatMap(({ metadata }) => (metadata?.['member'] as object | undefined) ?? [])
    expect(members).toMatchObject([
      { name: 'loki_query', tools: ['query_logs', 'scan_logs'], handoffs: [] },
      { name: 'log_summarizer', tools: [], handoffs: ['loki_query'] },
      { name: 'log_pattern', tools: [], handoffs: ['loki_query'] },
    ])
    expect(edges).toContainEqual(expect.objectContaining({ source: 'log_summarizer', target: 'loki_query' }))
    expect(edges).toContainEqual(expect.objectContaining({ source: 'log_pattern', target: 'loki_query' }))
  })
})
