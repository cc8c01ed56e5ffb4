import { type ClusterView, refOf } from '#src/domain/cluster-view.ts'
import { objectEvidence } from '#src/domain/evidence-draft.ts'
import type { FindingDraft } from '#src/domain/finding.ts'
import type { Node } from '#src/domain/kubernetes/objects.ts'
import { conditionOf } from '#src/rules/kit/condition-of.ts'
import { draftFinding } from '#src/rules/kit/draft-finding.ts'
import { escalate } from '#src/rules/kit/escalate.ts'
import { formatDuration } from '#src/rules/kit/format-duration.ts'
import { leaseOf } from './lease-of.ts'
import { tellSilence } from './tell-silence.ts'

/** A kubelet writes its conditions at least every five minutes, whatever its lease says. */
const longestSilence = 15 * 60_000
const fresh = 6 * 60_000
const skew = 2 * 60_000
/** What the node problem detector calls a clock that is not kept. */
const clockConditions = ['NTPProblem', 'ClockSkew', 'TimeSyncProblem']

/**
 * What a node that counts as ready shows of its clock and its reports. Other nodes are the measure: where none of them is in step
 * with the picture, it is the picture's clock that is off, and nothing is said.
 */
export function nodeReports(view: ClusterView, node: Node): FindingDraft[] {
  const told = clockConditions.map((type) => conditionOf(node, type)).find((condition) => condition?.status === 'True')
  const { name } = node.metadata
  if (told) {
    const words = `Node ${name} reports ${told.type} (${told.reason}): ${told.message ?? 'its clock is not kept'}`
    return [report(view, node, 'node_clock_skew', told.type, words)]
  }
  const silence = silenceOf(view, node)
  const inStep = view.list('Node').some((other) => {
    const age = other === node ? undefined : silenceOf(view, other)
    return age !== undefined && age > -skew && age < fresh
  })
  const beat = leaseOf(view, node)
  if (silence === undefined || !(inStep || beat?.isFresh)) return []
  if (silence < -skew) {
    const words = `Node ${name} reports with a clock that is ${formatDuration(-silence)} ahead (lastHeartbeatTime), other nodes are in step`
    return [report(view, node, 'node_clock_skew', 'Ready', words)]
  }
  if (silence < longestSilence) return []
  const heard = beat ? `; ${tellSilence(view, node, beat)}` : ''
  const words = `The kubelet of Node ${name} has not reported for ${formatDuration(silence)} (lastHeartbeatTime), though the node still counts as ready${inStep ? '; other nodes report' : ''}${heard}`
  const finding = report(view, node, 'node_heartbeat_stale', 'Ready', words)
  if (!beat) return [finding]
  return [
    {
      ...finding,
      severity: beat.isFresh ? 'low' : 'medium',
      confidence: 0.9,
      confidence_reason: 'read from the conditions of the node and from its lease',
      evidence: [...finding.evidence, beat.evidence],
    },
  ]
}

function silenceOf(view: ClusterView, node: Node): number | undefined {
  return view.ageOf(conditionOf(node, 'Ready')?.lastHeartbeatTime)
}

function report(
  view: ClusterView,
  node: Node,
  mechanism: 'node_clock_skew' | 'node_heartbeat_stale',
  type: string,
  statement: string,
): FindingDraft {
  const beat = conditionOf(node, type)
  return draftFinding({
    mechanism,
    resource: refOf(node),
    severity: 'low',
    confidence: 0.75,
    confidence_reason: 'read from the conditions of the node; its lease and its clock themselves were not seen',
    statement,
    evidence: [
      objectEvidence(
        view.snapshot,
        node,
        `.status.conditions[?(@.type=="${type}")]`,
        `Node ${node.metadata.name}: ${type} ${beat?.status}, lastHeartbeatTime ${beat?.lastHeartbeatTime ?? 'absent'}`,
      ),
    ],
    remedies: [
      escalate(
        refOf(node),
        'the platform team',
        mechanism === 'node_clock_skew'
          ? `Look at the time service (chronyd, ntpd) of node ${node.metadata.name}: tokens and certificates are refused where clocks differ.`
          : `Look at the kubelet of node ${node.metadata.name}: it does not write its status.`,
        'a node is mended outside the cluster',
      ),
    ],
  })
}
