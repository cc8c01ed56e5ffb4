import { createQueryLogsTool } from '#tools/logs/query-logs.ts'
import { createScanLogsTool } from '#tools/logs/scan-logs.ts'
import { createQueryMetricsTool } from '#tools/metrics/query-metrics.ts'
import { createToolRegistry, type ToolRegistry } from '#tools/registry.ts'
import type { Store } from './adapters/sql/store.ts'
import { createLogScanner } from './logs/scan/create-log-scanner.ts'
import type { OpenCluster } from './cluster-choice.ts'
import type { Config } from './config/config.ts'
import type { Investigator } from './incidents/port.ts'
import { createObserver } from './observation/observe.ts'
import { createInvestigator } from './orchestrator/investigator.ts'
import { collectSecrets } from './redaction/collect-secrets.ts'
import { createRedactor } from './redaction/create-redactor.ts'

/** What an investigator is made of. */
export interface InvestigatorParts {
  config: Config
  cluster: OpenCluster
  store: Store
  version: string
}

/** Observation, tools, teams and policy, put together; rules are the only mind. */
export function wireInvestigator({ config, cluster, store, version }: InvestigatorParts): Investigator {
  const { reader } = cluster.connection
  return createInvestigator({
    observe: createObserver({ reader, bounds: config.bounds }),
    registry: createTools(cluster),
    saver: store.checkpoints,
    journal: store.journal,
    createRedactor: (snapshot) => createRedactor(snapshot ? collectSecrets(snapshot) : []),
    workflow: config.workflow,
    policy: config.policy,
    versions: { 'sre-agent': version, node: process.versions.node },
  })
}

/** No metrics source exists yet: the tool says so, and the metric team reports the gap. */
function createTools(cluster: OpenCluster): ToolRegistry {
  const { logs } = cluster.connection
  return createToolRegistry()
    .register(createQueryLogsTool(logs))
    .register(createScanLogsTool({ source: logs, createScanner: createLogScanner }))
    .register(createQueryMetricsTool(undefined))
}
