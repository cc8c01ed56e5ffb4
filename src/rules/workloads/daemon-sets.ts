import { type ClusterView, refOf } from '#src/domain/cluster-view.ts'
import { objectEvidence } from '#src/domain/evidence-draft.ts'
import type { FindingDraft } from '#src/domain/finding.ts'
import type { Node } from '#src/domain/kubernetes/cluster.ts'
import type { DaemonSet } from '#src/domain/kubernetes/workloads.ts'
import { conditionOf } from '#src/rules/kit/objects.ts'
import { draftFinding, severityOf } from '#src/rules/kit/findings.ts'
import { isPodReady } from '#src/rules/kit/pods.ts'
import { listNames } from '#src/rules/kit/names.ts'
import { untoleratedTaints } from '#src/rules/kit/placement/node-fit.ts'
import { defineRule } from '#src/rules/rule.ts'
import { instruct, patchScheduling } from '#src/rules/kit/actions.ts'

const startup = 20_000
/** The controller adds tolerations for these by itself; control planes are left out on purpose more often than not. */
const expected =
  /^node\.(kubernetes|cloudprovider\.kubernetes)\.io\/|^node-role\.kubernetes\.io\/(control-plane|master)$/

/** Daemon sets that lack ready pods, and nodes that they silently leave out. */
export const daemonSets = defineRule({
  name: 'daemon-sets',
  finds: {
    daemonset_node_excluded: {
      title: 'a daemon set does not run on a node whose taint it does not tolerate',
      category: 'scheduling',
      role: 'cause',
      layer: 'workload',
      detected:
        'A ready node gets no pod of a daemon set, and only a taint keeps it away: no selector, no required affinity and no sibling set does.',
      from: ['Node `.spec.taints`', 'DaemonSet `.spec.template.spec.tolerations`', 'nodes of the pods of the set'],
      suggests: ['patch_scheduling'],
      limits: 'It may be intended. Control planes, virtual nodes and taints of the node controller are left out.',
    },
    daemonset_incomplete: {
      title: 'a daemon set is not ready on every node it wants',
      category: 'rollout',
      role: 'symptom',
      layer: 'symptom',
      explains: {
        replicas_unavailable: 'a pod that is missing on a node is no available replica',
      },
      detected: 'A DaemonSet is ready on fewer nodes than it wants, after its pods have had 20 seconds.',
      from: ['DaemonSet `.status.desiredNumberScheduled`', 'Ready condition of its pods'],
      suggests: [],
      limits:
        'Counts only nodes that the set wants; those it silently leaves out are reported as daemonset_node_excluded.',
    },
  },
  alsoFinds: ['node_selector_mismatch'],
  find: (view) =>
    view.list('DaemonSet').flatMap((set) => {
      if (set.metadata.deletionTimestamp) return []
      return [...incomplete(view, set), ...excludedNodes(view, set), ...homeless(view, set)]
    }),
})

function incomplete(view: ClusterView, set: DaemonSet): FindingDraft[] {
  const pods = view.podsOf(set)
  const desired = set.status?.desiredNumberScheduled ?? 0
  const seen = view.covers('Pod', set.metadata.namespace)
  const ready = seen ? pods.filter(isPodReady).length : (set.status?.numberReady ?? 0)
  const youngest = Math.min(...[set, ...pods].map((each) => view.ageOf(each.metadata.creationTimestamp) ?? startup))
  if (ready >= desired || youngest < startup) return []
  return [
    draftFinding({
      mechanism: 'daemonset_incomplete',
      resource: refOf(set),
      severity: severityOf(view, refOf(set)),
      confidence: 0.95,
      confidence_reason: seen ? 'counted from the pods' : 'counted by its controller; the pods could not be seen',
      statement: `DaemonSet ${set.metadata.name} is ready on ${ready} of ${desired} nodes`,
      evidence: [
        objectEvidence(
          view.snapshot,
          set,
          '.status',
          `DaemonSet ${set.metadata.name}: desired ${desired}, ready ${set.status?.numberReady ?? 0}`,
        ),
      ],
      affects: pods.filter((pod) => !isPodReady(pod)).map(refOf),
    }),
  ]
}

/** The controller makes no pod, no event and no count for a node whose taint is not tolerated: only the state shows it. */
function excludedNodes(view: ClusterView, set: DaemonSet): FindingDraft[] {
  const { spec } = set.spec.template
  if (spec.nodeSelector || spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution) return []
  const covered = new Set(siblingsOf(view, set).flatMap((each) => view.podsOf(each).map((pod) => pod.spec.nodeName)))
  const excluded = view.list('Node').flatMap((node) => {
    const taints = untoleratedTaints(node, spec.tolerations)
    const [taint] = taints
    const isMeant = taints.every(({ key }) => !expected.test(key))
    if (!taint || !isMeant || covered.has(node.metadata.name) || isUnfit(node)) return []
    return [
      {
        node,
        taint: taint.value ? `${taint.key}=${taint.value}:${taint.effect}` : `${taint.key}:${taint.effect}`,
        raw: taint,
      },
    ]
  })
  const byTaint = Map.groupBy(excluded, ({ taint }) => taint)
  return [...byTaint].flatMap(([taint, group]) => {
    const [first] = group
    return first ? [describe(view, set, { taint, raw: first.raw, nodes: group.map(({ node }) => node) })] : []
  })
}

/** A selector that no node answers: nothing is wanted, nothing runs, nothing is reported. Sets for absent hardware are intended. */
function homeless(view: ClusterView, set: DaemonSet): FindingDraft[] {
  const selector = Object.entries(set.spec.template.spec.nodeSelector ?? {})
  if (selector.length === 0 || (set.status?.desiredNumberScheduled ?? 1) > 0 || !view.covers('Node', undefined))
    return []
  const wanted = selector.map(([key, value]) => `${key}=${value}`).join(', ')
  const all = view.list('Node')
  if (all.some((node) => selector.every(([key, value]) => node.metadata.labels?.[key] === value))) return []
  return [
    draftFinding({
      mechanism: 'node_selector_mismatch',
      resource: refOf(set),
      severity: 'low',
      confidence: 0.65,
      confidence_reason: 'no node has the labels; the hardware may just not be there',
      statement: `DaemonSet ${set.metadata.name} has nodeSelector ${wanted} and none of the ${all.length} nodes has it, so it runs no pod (desired 0, no event)`,
      evidence: [
        objectEvidence(
          view.snapshot,
          set,
          '.spec.template.spec.nodeSelector',
          `DaemonSet ${set.metadata.name} selects ${wanted}; desiredNumberScheduled 0`,
        ),
      ],
      remedies: [
        instruct(
          { kind: 'Node', name: 'any' },
          'label_node',
          `If nodes are meant to run it, label them: kubectl label node NODE ${wanted.replaceAll(', ', ' ')}; or correct the nodeSelector of DaemonSet ${set.metadata.name}.`,
          {
            reason: `no node has ${wanted}`,
            needs: [{ param: 'node', ask: `Which nodes shall run ${set.metadata.name}?` }],
          },
        ),
      ],
    }),
  ]
}

/** Another daemon set with the same images may be there for the other nodes. */
function siblingsOf(view: ClusterView, set: DaemonSet): DaemonSet[] {
  const images = new Set(set.spec.template.spec.containers.map((container) => container.image?.split(':')[0]))
  return view
    .list('DaemonSet')
    .filter((other) =>
      other.spec.template.spec.containers.some((container) => images.has(container.image?.split(':')[0])),
    )
}

function isUnfit(node: Node): boolean {
  const labels = node.metadata.labels ?? {}
  const virtual = labels['type'] === 'virtual-kubelet' || labels['eks.amazonaws.com/compute-type'] === 'fargate'
  return virtual || conditionOf(node, 'Ready')?.status !== 'True'
}

interface Exclusion {
  taint: string
  raw: { key: string; value?: string; effect: string }
  nodes: Node[]
}

function describe(view: ClusterView, set: DaemonSet, { taint, raw, nodes }: Exclusion): FindingDraft {
  const names = listNames(nodes.map((node) => node.metadata.name))
  const all = view.list('Node').length
  return draftFinding({
    mechanism: 'daemonset_node_excluded',
    resource: refOf(set),
    severity: 'medium',
    confidence: 0.8,
    confidence_reason: 'no selector or affinity leaves the node out, only the taint; it may be intended',
    statement: `DaemonSet ${set.metadata.name} does not tolerate the taint ${taint} of node ${names}, so it runs no pod there (desired ${set.status?.desiredNumberScheduled ?? '?'} of ${all} nodes, no event)`,
    evidence: [
      ...nodes
        .slice(0, 3)
        .map((node) =>
          objectEvidence(view.snapshot, node, '.spec.taints', `Node ${node.metadata.name} has the taint ${taint}`),
        ),
      objectEvidence(
        view.snapshot,
        set,
        '.spec.template.spec.tolerations',
        `DaemonSet ${set.metadata.name} has no toleration for ${raw.key}`,
      ),
    ],
    affects: nodes.map(refOf),
    remedies: [
      patchScheduling(
        refOf(set),
        {
          toleration: {
            key: raw.key,
            operator: raw.value ? 'Equal' : 'Exists',
            ...(raw.value ? { value: raw.value } : {}),
            effect: raw.effect,
          },
        },
        { reason: 'a daemon set serves every node; the taint stays in force for all other pods' },
      ),
    ],
  })
}
