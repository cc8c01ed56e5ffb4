import type { ClusterView } from '#src/domain/cluster-view.ts'
import { objectEvidence } from '#src/domain/evidence-draft.ts'
import type { FindingDraft } from '#src/domain/finding.ts'
import type { ResourceRef } from '#src/domain/resource-ref.ts'
import { groupFinding, nameGroup } from '#src/rules/kit/findings.ts'
import { envSources } from '#src/rules/kit/references.ts'
import { nearName } from '#src/rules/kit/names.ts'
import { type ContainerGroup, containerGroups, type ContainerInstance } from '#src/rules/kit/pods.ts'
import { serviceOfHost } from '#src/rules/kit/network.ts'
import { isUnstable } from '#src/rules/kit/exits.ts'
import { defineRule } from '#src/rules/rule.ts'
import { instruct, undoChange } from '#src/rules/kit/actions.ts'

interface Unknown {
  service: ResourceRef
  /** Where the name stands: a variable, or the command line. */
  via: string
  variable?: string
  text: string
}

const url = /\b[a-z][a-z0-9+.-]{1,20}:\/\/(?:[^@/\s"']*@)?([a-z](?:[-a-z0-9.]*[a-z0-9])?)(?=[:/?,"'\s]|$)/gi
const inCluster = /(?<![-a-z0-9.])([a-z](?:[-a-z0-9]*[a-z0-9])?\.[a-z0-9][-a-z0-9]*\.svc(?:\.[a-z0-9.-]*[a-z0-9])?)/gi

/**
 * Names of Services in the settings of a container that is not well, where no such Service exists. The program may do without it,
 * so any cause that is shown by the program or its state weighs more.
 */
export const unknownServices = defineRule({
  name: 'unknown-services',
  finds: {
    service_name_unknown: {
      title: 'the settings name a Service that does not exist',
      category: 'config',
      role: 'cause',
      layer: 'container',
      detected:
        'A container that is not well is given a URL or a name ending in `.svc` whose Service is proved absent; nothing more specific is found.',
      from: [
        '`.spec.containers[].env`, envFrom, command and args, with the value that wins',
        'ConfigMap `.data`',
        'the lists of Services and Namespaces',
        '.spec.hostAliases',
      ],
      suggests: ['rollback', 'custom_instruction'],
      limits:
        'Whether the program needs that name is not known, so any cause that is found explains it. Values in Secrets are never read.',
    },
  },
  find,
})

function find(view: ClusterView): FindingDraft[] {
  return containerGroups(view).flatMap((group) => {
    const failing = group.instances.filter(({ role }) => role !== 'init').filter((each) => isUnstable(view, each))
    const [first] = failing
    if (!first) return []
    const [unknown] = namedIn(view, group, first)
    return unknown ? [describe(view, group, failing, unknown)] : []
  })
}

function namedIn(view: ClusterView, { workload }: ContainerGroup, { spec, pod }: ContainerInstance): Unknown[] {
  const { namespace } = workload
  const own = new Set((pod.spec.hostAliases ?? []).flatMap(({ hostnames }) => hostnames ?? []))
  const variables = [...envSources(view, namespace, spec)].flatMap(([variable, sources]) => {
    const winner = sources.at(-1)
    return winner?.value ? [{ via: `${variable}, ${winner.from}`, variable, text: winner.value }] : []
  })
  const line = [...(spec.command ?? []), ...(spec.args ?? [])].join(' ')
  return [...variables, { via: 'command and args', variable: undefined, text: line }].flatMap(({ text, ...where }) => {
    const hosts = [...text.matchAll(url), ...text.matchAll(inCluster)].flatMap(([, host]) => host?.toLowerCase() ?? [])
    return hosts.flatMap((host): Unknown[] => {
      if (own.has(host) || host === 'localhost') return []
      const called = serviceOfHost(view, host, namespace)
      return called?.existence === 'absent' ? [{ service: called.service, text: host, ...where }] : []
    })
  })
}

function describe(
  view: ClusterView,
  group: ContainerGroup,
  failing: ContainerInstance[],
  { service, via, variable, text }: Unknown,
): FindingDraft {
  const { namespace, kind, name } = group.workload
  const services = view.list('Service').filter((each) => each.metadata.namespace === service.namespace)
  const meant = nearName(
    service.name,
    services.map((each) => each.metadata.name),
  )
  const near = meant ? `; Service ${meant} does` : ''
  return groupFinding(
    view,
    group,
    failing,
    ({ pod }) => [
      objectEvidence(
        view.snapshot,
        pod,
        `.spec.containers[?(@.name=="${group.container}")].env`,
        `${via}: host ${text}; Service ${service.name} does not exist in namespace ${service.namespace}`,
        'workload_text',
      ),
    ],
    {
      mechanism: 'service_name_unknown',
      confidence: 0.55,
      confidence_reason: 'all services of the namespace were seen; whether the program needs this one is not known',
      statement: `${nameGroup(group, failing)} is not well and its settings name the host ${text} (${via}), but Service ${service.name} does not exist in namespace ${service.namespace} (not found)${near}`,
      remedies: [
        ...undoChange(view, group.workload, ({ spec }) =>
          spec.containers
            .filter((each) => each.name === group.container)
            .map(({ env, envFrom, args, command }) => [env, envFrom, args, command]),
        ),
        instruct(
          group.workload,
          'correct_host',
          meant
            ? `Replace the host ${text} by ${text.replace(service.name, meant)} where ${kind} ${name} takes it from (${via}).`
            : `Let ${kind} ${name} name a Service that exists in place of ${text} (${via}), or create Service ${service.name} in namespace ${service.namespace ?? namespace}.`,
          {
            needs: [{ param: variable ?? 'host', ask: `Which host is meant by ${text}?` }],
            reason: `no Service answers to ${text}`,
          },
        ),
      ],
    },
  )
}
