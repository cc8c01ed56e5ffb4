import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createEvidenceLedger } from '#agents/evidence-ledger.ts'
import { selectLogTargets } from '#agents/select-log-targets.ts'
import { connectCluster, type ClusterConnection } from '#src/adapters/kubernetes/connect.ts'
import { createLogScanner } from '#src/logs/scan/log-scanner.ts'
import { ClusterView } from '#src/domain/cluster-view.ts'
import { createObserver } from '#src/observation/observe.ts'
import { logTeam } from '#teams/log-team.ts'
import { createQueryLogsTool } from '#tools/logs/query-logs.ts'
import { createScanLogsTool } from '#tools/logs/scan-logs.ts'
import { createToolRegistry } from '#tools/registry.ts'
import { startPractice, type Practice } from '#test/helpers/practice-server.ts'

const request = { resource: { kind: 'Namespace', name: 'synthetic' }, namespace: 'synthetic' }
const signal = new AbortController().signal

describe('integration: a log too long to be fetched', () => {
  let practice: Practice
  let cluster: ClusterConnection

  beforeAll(async () => {
    practice = await startPractice({ synthetic: { pods: 2, broken: 1, log_mebibytes: 6 } })
    cluster = connectCluster({ kubeconfig_path: practice.kubeconfig })
  })
  afterAll(async () => {
    await cluster.close()
    await practice.stop()
  })

  it('is read to its end by the log team, which finds the error far before the newest lines', async () => {
    const observe = createObserver({ reader: cluster.reader, bounds: {} })
    const view = new ClusterView(await observe(request, signal))
    const registry = createToolRegistry()
      .register(createQueryLogsTool(cluster.logs))
      .register(createScanLogsTool({ source: cluster.logs, createScanner: createLogScanner }))
    const ledger = createEvidenceLedger((text) => text)
    const targets = selectLogTargets(view, [])
    const outcome = await logTeam.run({ targets }, [], { registry, ledger, view, signal, max_turns: 5 })
    expect(outcome.findings).toMatchObject([
      { mechanism: 'missing_env', statement: expect.stringContaining('DATABASE_URL') as string },
    ])
    expect(outcome.gaps).toEqual([])
    expect(outcome.agents.map(({ said }) => said).join('\n')).toMatch(/1 logs were cut before the first error/)
    expect(outcome.agents.find(({ said }) => /\d{5} lines/.test(said))).toBeDefined()
  })
})
