import type { Remedy } from '#src/domain/action.ts'
import type { ClusterView } from '#src/domain/cluster-view.ts'
import { objectEvidence } from '#src/domain/evidence-draft.ts'
import type { FindingDraft } from '#src/domain/finding.ts'
import { type EnvSource, envSources } from '#src/rules/kit/references.ts'
import { groupFinding, nameGroup } from '#src/rules/kit/findings.ts'
import { type ContainerGroup, containerGroups } from '#src/rules/kit/pods.ts'
import { serviceOfHost } from '#src/rules/kit/network.ts'
import { isUnstable } from '#src/rules/kit/exits.ts'
import { defineRule } from '#src/rules/rule.ts'
import { instruct, setEnv, undoChange } from '#src/rules/kit/actions.ts'

/**
 * Variables that are given more than once in a container that is not well, where the value that wins is provably the worse one: it
 * is empty, or names a Service that does not exist while the one that it hides names one that does. Other repeats are harmless.
 */
export const shadowedVariables = defineRule({
  name: 'shadowed-variables',
  finds: {
    env_shadowed: {
      title: 'a variable is given twice, and the value that wins is the wrong one',
      category: 'config',
      role: 'cause',
      layer: 'config',
      explains: {
        missing_env: 'the value that wins hides the one that is needed',
        bad_config_value: 'the value that wins is the wrong one',
      },
      detected:
        'A container that is not well is given a variable more than once, and the value that wins is empty, or names a Service that does not exist while a hidden one names a Service that does.',
      from: [
        '.spec.containers[].env and .spec.containers[].envFrom, in their order of precedence',
        'ConfigMap `.data`, Secret key names',
        'the list of Services',
      ],
      suggests: ['rollback', 'set_env', 'custom_instruction'],
      limits: 'That the program needs the hidden value is inferred. Other repeats are not judged.',
    },
  },
  find,
})

function find(view: ClusterView): FindingDraft[] {
  return containerGroups(view).flatMap((group) => {
    const failing = group.instances.filter((instance) => isUnstable(view, instance))
    const [first] = failing
    if (!first) return []
    const { namespace } = group.workload
    return [...envSources(view, namespace, first.spec)].flatMap(([variable, sources]) => {
      const shadow = shadowOf(view, namespace, sources)
      return shadow ? [describe(view, group, failing, variable, shadow)] : []
    })
  })
}

interface Shadow {
  winner: EnvSource
  hidden: EnvSource
  why: string
}

function shadowOf(view: ClusterView, namespace: string | undefined, sources: EnvSource[]): Shadow | undefined {
  const winner = sources.at(-1)
  const others = sources.slice(0, -1).toReversed()
  if (winner?.value === undefined) return undefined
  if (winner.value === '') {
    const hidden = others.find(({ value }) => value !== '')
    return hidden && { winner, hidden, why: 'so the program sees it empty' }
  }
  const called = serviceIn(view, namespace, winner.value)
  if (called?.existence !== 'absent') return undefined
  const hidden = others.find(({ value }) => serviceIn(view, namespace, value ?? '')?.existence === 'present')
  const why = `Service ${called.service.name} does not exist (not found), the one that is hidden does`
  return hidden && { winner, hidden, why }
}

function serviceIn(view: ClusterView, namespace: string | undefined, value: string) {
  const host = /^(?:[a-z][a-z0-9+.-]*:\/\/)?(?:[^@/\s]*@)?([a-z0-9][a-z0-9.-]*[a-z0-9])(?::\d+)?(?:[/?].*)?$/i.exec(
    value,
  )?.[1]
  return host === undefined ? undefined : serviceOfHost(view, host, namespace)
}

function describe(
  view: ClusterView,
  group: ContainerGroup,
  failing: ContainerGroup['instances'],
  variable: string,
  { winner, hidden, why }: Shadow,
): FindingDraft {
  const wins = `"${winner.value ?? ''}" (${winner.from})`
  const loses = hidden.value === undefined ? `the value of ${hidden.from}` : `"${hidden.value}" (${hidden.from})`
  const reported = `${variable} is given twice: ${wins} wins over ${loses}`
  return groupFinding(
    view,
    group,
    failing,
    ({ pod }) => [
      objectEvidence(
        view.snapshot,
        pod,
        `.spec.containers[?(@.name=="${group.container}")].env`,
        reported,
        'workload_text',
      ),
    ],
    {
      mechanism: 'env_shadowed',
      confidence: 0.8,
      confidence_reason:
        "the order of precedence is the kubelet's own; that the program needs the hidden value is inferred",
      statement: `${nameGroup(group, failing)} gets ${reported}, ${why}.`,
      remedies: [
        ...undoChange(view, group.workload, ({ spec }) =>
          spec.containers.filter(({ name }) => name === group.container).map(({ env, envFrom }) => [env, envFrom]),
        ),
        restore(group, variable, hidden),
      ],
    },
  )
}

function restore({ workload, container }: ContainerGroup, variable: string, { entry, value, from }: EnvSource): Remedy {
  const plain = entry?.valueFrom === undefined ? value : undefined
  if (plain !== undefined) {
    const params = { container, name: variable, value: plain }
    return setEnv(workload, params, { reason: `the value of ${from} would be used again` })
  }
  return instruct(
    workload,
    'remove_env',
    `Remove the entry of ${variable} from container ${container} of ${workload.kind} ${workload.name} that comes last, so that the value of ${from} is used.`,
    { reason: 'of several entries of one name the last one wins' },
  )
}
