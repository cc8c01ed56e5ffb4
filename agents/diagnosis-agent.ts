import { z } from 'zod'
import { assessOutcome } from '#src/causes/assess-outcome.ts'
import { buildCauseGraph, type CauseGraph } from '#src/causes/cause-graph.ts'
import type { ClusterView } from '#src/domain/cluster-view.ts'
import { CausalLink, Outcome } from '#src/domain/decision.ts'
import type { Finding } from '#src/domain/finding.ts'
import { Gap } from '#src/domain/gap.ts'
import type { ObservedKind } from '#src/domain/kubernetes/observed-kinds.ts'
import { refKey, ResourceRef } from '#src/domain/resource-ref.ts'
import type { Incident } from '#src/domain/signal.ts'
import type { Agent, MindContext } from './agent.ts'
import { vocabulary } from './vocabulary.ts'

/** The incident, and what could not be seen where it could change the verdict. */
export interface DiagnosisBrief {
  incident: Incident
  gaps: readonly Gap[]
  /** Logs of ready containers that could not be read. */
  unread_logs?: number
}

const Diagnosis = z.object({
  roots: z.array(
    z.object({ finding: z.string(), confidence: z.number().min(0).max(1), explains: z.array(z.string()) }),
  ),
  chain: z.array(CausalLink),
  /** Ids of symptoms for which nothing was found. */
  unexplained: z.array(z.string()),
  outcome: Outcome,
  summary: z.string().max(400),
  confidence: z.number().min(0).max(1),
  /** Set where the object that was asked about does not exist. */
  missing: Gap.optional(),
  /** Objects outside the snapshot that findings point to. */
  to_observe: z.array(ResourceRef),
})

/** Output of the agent. */
export type Diagnosis = z.infer<typeof Diagnosis>

/** Builds the cause graph over all findings and says what is wrong, that nothing is wrong, or that the verdict is unknown. */
export const diagnosisAgent: Agent<DiagnosisBrief, Diagnosis> = {
  name: 'diagnosis',
  description: 'Finds the smallest set of root causes that explains every finding, and what speaks for the verdict.',
  tools: [],
  handoffs: [],
  output: Diagnosis,
  rules: { name: 'rules', next: (context) => ({ kind: 'output', ...diagnose(context) }) },
}

/** What is wrong beside an object that does not exist is no root of it. */
const nothing: CauseGraph = { roots: [], links: [], unexplained: [] }

function diagnose({ brief, findings, view }: MindContext<DiagnosisBrief>): { output: Diagnosis; said: string } {
  const { incident, gaps, unread_logs } = brief
  const { resource } = incident
  const found = buildCauseGraph(findings, view, {
    vocabulary,
    focus: resource.kind === 'Namespace' ? undefined : resource,
  })
  const verdict = assessOutcome({ view, vocabulary, findings, roots: found.roots, gaps, unread_logs, incident })
  const graph = verdict.missing ? nothing : found
  const output: Diagnosis = {
    roots: graph.roots.map(({ finding, confidence, explains }) => ({ finding: finding.id, confidence, explains })),
    chain: graph.links,
    unexplained: graph.unexplained,
    ...verdict,
    to_observe: outside(findings, view),
  }
  const roots = graph.roots.map(({ finding }) => `${finding.mechanism} of ${finding.resource.name}`)
  return { output, said: `${verdict.outcome}: ${roots.join(', ') || 'no root cause'}.` }
}

/** Kinds that another observation can fetch by name. */
const fetchable: ReadonlySet<string> = new Set<ObservedKind>([
  'Service',
  'Deployment',
  'StatefulSet',
  'DaemonSet',
  'Pod',
  'ConfigMap',
  'Node',
  'PersistentVolume',
  'StorageClass',
])

/**
 * What findings blame without its having been seen, outside the namespace of the snapshot: what is unseen inside it was refused,
 * and asking again would not help.
 */
function outside(findings: readonly Finding[], view: ClusterView): ResourceRef[] {
  const blamed = findings.flatMap((finding) => finding.blames.map((blame) => blame.resource))
  const unseen = blamed.filter(
    ({ kind, namespace, name }) =>
      fetchable.has(kind) &&
      namespace !== view.snapshot.namespace &&
      view.existence(kind as ObservedKind, namespace, name) === 'unseen',
  )
  return [...new Map(unseen.map((ref) => [refKey(ref), ref])).values()].slice(0, 10)
}
