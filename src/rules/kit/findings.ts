import { type ClusterView, refOf } from '#src/domain/cluster-view.ts'
import type { EvidenceDraft } from '#src/domain/evidence.ts'
import type { FindingDraft } from '#src/domain/finding.ts'
import { fitText } from '#src/util/fit-text.ts'
import type { ResourceRef } from '#src/domain/resource-ref.ts'
import type { Severity } from '#src/domain/severity.ts'
import { type ContainerGroup, type ContainerInstance, isPodReady } from './pods.ts'

type Defaulted = 'affects' | 'blames' | 'remedies'
const maxStatementLength = 300

/** A finding with the lists that a rule leaves out empty, and its statement held to the length that a decision may show. */
export function draftFinding(
  draft: Omit<FindingDraft, Defaulted> & Partial<Pick<FindingDraft, Defaulted>>,
): FindingDraft {
  const statement = draft.statement.replace(/\s+/g, ' ').trim()
  return {
    affects: [],
    blames: [],
    remedies: [],
    ...draft,
    statement: fitText(statement, maxStatementLength),
  }
}

type Judgement = Pick<FindingDraft, 'mechanism' | 'confidence' | 'confidence_reason' | 'statement'> &
  Partial<Pick<FindingDraft, 'severity' | 'remedies' | 'blames' | 'since' | 'affects' | 'resource' | 'evidence'>>

const maxShownPods = 3

/**
 * One finding about a container of a workload, whichever of its pods show it. `instances` are those that fail;
 * `evidenceOf` is asked for the first few of them, besides what `said` cites for all.
 */
export function groupFinding<I extends ContainerInstance>(
  view: ClusterView,
  group: ContainerGroup,
  instances: readonly I[],
  evidenceOf: (instance: I) => EvidenceDraft[],
  said: Judgement,
): FindingDraft {
  return draftFinding({
    resource: group.workload,
    container: group.container,
    severity: severityOf(view, group.workload),
    ...said,
    evidence: [...(said.evidence ?? []), ...instances.slice(0, maxShownPods).flatMap(evidenceOf)],
    affects: [...instances.map(({ pod }) => refOf(pod)), ...(said.affects ?? [])],
  })
}

/** How much the trouble of a workload's pods hurts: nothing left behind a Service is an outage, all replicas ready is not much. */
export function severityOf(view: ClusterView, workload: ResourceRef): Severity {
  const object = view.find(workload)
  const pods = object ? view.podsOf(object) : []
  const ready = pods.filter(isPodReady).length
  const wanted = (object as { spec?: { replicas?: number } } | undefined)?.spec?.replicas ?? pods.length
  if (ready > 0) return ready >= wanted ? 'medium' : 'high'
  const labels = view.templateOf(workload)?.metadata?.labels
  return view.servicesSelecting(workload.namespace, labels).length > 0 ? 'critical' : 'high'
}

/**
 * `Container api of Deployment shop`, as every sentence about a container begins; an init container is called so. Where a single
 * pod of a stateful set fails, `failing` tells which one: `Container db of pod ledger-0 (StatefulSet ledger)`.
 */
export function nameGroup(
  { workload, container, instances }: ContainerGroup,
  failing: readonly ContainerInstance[] = [],
): string {
  const title = instances[0]?.role === 'init' ? 'Init container' : 'Container'
  const [first] = failing
  const owner = `${workload.kind} ${workload.name}`
  if (workload.kind !== 'StatefulSet' || failing.length !== 1 || !first) return `${title} ${container} of ${owner}`
  return `${title} ${container} of pod ${first.pod.metadata.name} (${owner})`
}
