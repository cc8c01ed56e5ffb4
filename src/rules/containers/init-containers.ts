import type { ClusterView } from '#src/domain/cluster-view.ts'
import { objectEvidence } from '#src/domain/evidence-draft.ts'
import type { Blame, FindingDraft } from '#src/domain/finding.ts'
import type { ResourceRef } from '#src/domain/resource-ref.ts'
import { type Crash, crashOf, readExit } from '#src/rules/kit/exits.ts'
import { formatDuration } from '#src/util/time.ts'
import { groupFinding } from '#src/rules/kit/findings.ts'
import {
  type ContainerGroup,
  containerGroups,
  type ContainerInstance,
  isPodReady,
  statusPath,
} from '#src/rules/kit/pods.ts'
import { selectsWorkload, serviceOfHost } from '#src/rules/kit/network.ts'
import type { Remedy } from '#src/domain/action.ts'
import { nearName } from '#src/rules/kit/names.ts'
import type { Container } from '#src/domain/kubernetes/objects.ts'
import { defineRule } from '#src/rules/rule.ts'
import { escalate, instruct, setEnv, undoOrAsk } from '#src/rules/kit/actions.ts'

/** An init container that runs for longer than this is reported; most take seconds. */
const patientMs = 60_000

type Running = ContainerInstance & { runs: number }

/** A host that a container's command waits for. */
interface AwaitedHost {
  host: string
  port?: number
  /** The variable that holds the host, where the command takes it from there. */
  variable?: string
}

const hostPattern = String.raw`[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?(?:\.[a-zA-Z0-9-]+)*`

/** First group: host; second: port. What people write to wait for something. */
const patterns = [
  new RegExp(
    String.raw`\b(?:https?|tcp|redis|amqp|postgres(?:ql)?|mysql|mongodb|nats|kafka|grpc)://(?:[^@/\s"']*@)?(${hostPattern})(?::(\d{1,5}))?`,
    'g',
  ),
  new RegExp(String.raw`/dev/tcp/(${hostPattern})/(\d{1,5})`, 'g'),
  new RegExp(String.raw`\b(?:nc|ncat|netcat|telnet)\s+(?:-\w+(?:\s+\d+)?\s+)*(${hostPattern})\s+(\d{1,5})\b`, 'g'),
  new RegExp(
    String.raw`\b(?:nslookup|dig|host|ping|getent\s+(?:a?hosts(?:v4)?))\s+(?:[-+]\w+(?:\s+\d+)?\s+)*(${hostPattern})`,
    'g',
  ),
  new RegExp(String.raw`(?:\s-h|--host)[\s=]*(${hostPattern})(?:.*?(?:\s-p|-P|--port)[\s=]*(\d{1,5}))?`, 'g'),
  new RegExp(String.raw`(?:^|[\s"'=(])(${hostPattern}):(\d{2,5})\b`, 'g'),
]

/** Words that stand where a host may stand and are none. */
const noHost =
  /^(?:localhost|127\.0\.0\.1|0\.0\.0\.0|true|false|\d+(?:\.\d+){0,3}|sh|bash|in|do|type|kubernetes(?:\.default.*)?)$/i

/** Init containers that fail, and those that wait for something that does not come. */
export const initContainers = defineRule({
  name: 'init-containers',
  finds: {
    init_container_failed: {
      title: 'an init container fails, so the pod does not start',
      category: 'application',
      role: 'symptom',
      layer: 'symptom',
      explains: {
        container_crash: 'the crash is that of the init container',
      },
      detected: 'An init container ends with an error and is tried again, so the other containers do not start.',
      from: ['.status.initContainerStatuses[].state', '.status.initContainerStatuses[].lastState.terminated'],
      suggests: ['rollback', 'escalate'],
      limits: 'Why it fails stands in its log.',
    },
    init_container_waiting: {
      title: 'an init container never ends, so the pod does not start',
      category: 'application',
      role: 'symptom',
      layer: 'container',
      explains: {
        application_error: 'the error is what the program makes of the wait',
      },
      detected:
        'An init container has run for more than a minute (half a minute where its log names the host) and does not end. What it waits for is read from its command or its log.',
      from: [
        '.status.initContainerStatuses[].state.running.startedAt',
        '.spec.initContainers[].command, args and the variables they use',
        'the ready pods behind the Service that is waited for',
        'log: `waiting for HOST:PORT` and its like',
      ],
      suggests: ['rollback', 'escalate'],
      limits:
        'A long but honest job (a restore, a download) looks alike. Where the awaited Service does not exist, service_missing is said as well.',
    },
    service_missing: {
      title: 'a service that a workload calls does not exist',
      category: 'network',
      role: 'cause',
      layer: 'environment',
      detected:
        'A container calls or waits for a Service that does not exist; or the governing Service of a StatefulSet does not.',
      from: [
        '.spec.initContainers[].command, args and env',
        'log: the host that is called or waited for',
        'StatefulSet `.spec.serviceName`',
        'the list of Services',
      ],
      suggests: ['set_env', 'patch_configmap', 'set_command', 'custom_instruction', 'escalate'],
      limits:
        'Where the Services of a namespace may not be read, absence is not proved and confidence is lower. The governing Service matters only where the set uses the names.',
    },
  },
  find,
})

function find(view: ClusterView): FindingDraft[] {
  return containerGroups(view).flatMap((group) => [...findFailed(view, group), ...findWaiting(view, group)])
}

function findFailed(view: ClusterView, group: ContainerGroup): FindingDraft[] {
  const failing = group.instances.flatMap((instance): (ContainerInstance & { crash: Crash })[] => {
    const crash = instance.role === 'init' ? crashOf(instance, view) : undefined
    return crash ? [{ ...instance, crash }] : []
  })
  const first = failing[0]
  if (!first) return []
  const { crash } = first
  return [
    groupFinding(
      view,
      group,
      failing,
      (instance) => [
        objectEvidence(
          view.snapshot,
          instance.pod,
          instance.crash.path,
          `init container ${group.container} ended with ${readExit(instance.crash.terminated)}, restartCount ${instance.crash.restarts}`,
        ),
      ],
      {
        mechanism: 'init_container_failed',
        confidence: 0.95,
        confidence_reason: 'the kubelet reports the exits; the log of the init container tells why',
        statement: `Init container ${group.container} of ${group.workload.kind} ${group.workload.name} fails with ${readExit(crash.terminated)}, ${crash.restarts} restarts, now ${crash.shown}; the pod's other containers do not start.`,
        since: crash.terminated.startedAt,
        remedies: undoOrAsk(
          view,
          group.workload,
          `Why does init container ${group.container} end with ${readExit(crash.terminated)}? Image ${first.spec.image}.`,
        ),
      },
    ),
  ]
}

function findWaiting(view: ClusterView, group: ContainerGroup): FindingDraft[] {
  const waiting = group.instances.flatMap((instance): Running[] => {
    const runs = view.ageOf(instance.status?.state?.running?.startedAt)
    return instance.role === 'init' && runs !== undefined && runs > patientMs ? [{ ...instance, runs }] : []
  })
  const first = waiting[0]
  if (!first) return []
  const hosts = awaitedHosts(first.spec).map((awaited) => ({
    awaited,
    target: serviceOfHost(view, awaited.host, group.workload.namespace),
  }))
  const missing = hosts.flatMap(({ awaited, target }) =>
    target?.existence === 'absent' ? [{ awaited, service: target.service }] : [],
  )
  const unready = hosts.flatMap(({ target }) =>
    target?.existence === 'present' && hasNoReadyPod(view, target.service) ? [target.service] : [],
  )
  return [
    describeWait(
      view,
      group,
      waiting,
      hosts.map(({ awaited }) => awaited),
      unready,
    ),
    ...missing.slice(0, 2).map(({ awaited, service }) => findMissing(view, group, waiting, awaited, service)),
  ]
}

function describeWait(
  view: ClusterView,
  group: ContainerGroup,
  waiting: Running[],
  hosts: AwaitedHost[],
  unready: ResourceRef[],
): FindingDraft {
  const [first] = waiting as [Running]
  const { workload, container } = group
  const line = [...(first.spec.command ?? []), ...(first.spec.args ?? [])].join(' ')
  const what =
    hosts.length > 0
      ? `waits for ${hosts.map(spell).slice(0, 3).join(', ')}`
      : `is still at it: ${line.slice(0, 110) || 'the entry point of its image'}`
  const blames: Blame[] = unready.map((service) => ({
    resource: service,
    because: `init container ${container} waits for Service ${service.name}, which has no ready pod`,
  }))
  const why = unready[0] ? `; Service ${unready[0].name} has no ready pod behind it` : ''
  return groupFinding(view, group, waiting, (instance) => [waitEvidence(view, instance)], {
    mechanism: 'init_container_waiting',
    confidence: blames.length > 0 ? 0.85 : 0.7,
    confidence_reason: 'its state says that it runs and never ends; what it waits for is read from its command',
    statement: `Init container ${container} of ${workload.kind} ${workload.name} runs for ${formatDuration(first.runs)} and does not end, so the pod does not start: it ${what}${why}.`,
    blames,
    remedies: undoOrAsk(
      view,
      workload,
      `What does init container ${container} wait for (${what}), and who provides it?`,
    ),
    since: first.status?.state?.running?.startedAt,
  })
}

function findMissing(
  view: ClusterView,
  group: ContainerGroup,
  waiting: Running[],
  awaited: AwaitedHost,
  service: ResourceRef,
): FindingDraft {
  const [first] = waiting as [Running]
  const { workload, container } = group
  return groupFinding(view, group, waiting, (instance) => [waitEvidence(view, instance)], {
    mechanism: 'service_missing',
    confidence: 0.9,
    confidence_reason: 'the command names the host, and the list of services lacks it',
    statement: `Init container ${container} of ${workload.kind} ${workload.name} waits for ${spell(awaited)} for ${formatDuration(first.runs)}, but no Service ${service.name} exists in namespace ${service.namespace} (not found).`,
    remedies: awaitedServiceRemedies(view, group, awaited, service),
    since: first.status?.state?.running?.startedAt,
  })
}

const spell = ({ host, port }: AwaitedHost): string => (port === undefined ? host : `${host}:${port}`)

function waitEvidence(view: ClusterView, instance: Running) {
  const line = [...(instance.spec.command ?? []), ...(instance.spec.args ?? [])].join(' ').slice(0, 160)
  return objectEvidence(
    view.snapshot,
    instance.pod,
    statusPath(instance, 'state.running'),
    `init container ${instance.spec.name} runs for ${formatDuration(instance.runs)}; its command: ${line}`,
  )
}

/** Only a list of pods that was seen whole proves that nobody answers. */
function hasNoReadyPod(view: ClusterView, ref: ResourceRef): boolean {
  const service = view.get('Service', ref.namespace, ref.name)
  if (!service?.spec.selector || !view.covers('Pod', ref.namespace)) return false
  return !view.podsOfService(service).some(isPodReady)
}

/** What to do about a Service that is waited for and does not exist: the one that was meant, or the one that has to come. */
function awaitedServiceRemedies(
  view: ClusterView,
  group: ContainerGroup,
  awaited: AwaitedHost,
  service: ResourceRef,
): Remedy[] {
  const { workload, container } = group
  const port = awaited.port === undefined ? 'its port' : `port ${awaited.port}`
  const behind = workloadsNamed(view, service)
  const selects = behind
    ? `selecting the pods of ${behind.kind} ${behind.name}`
    : `in front of the workload that answers there (none of that name is in the namespace: deploy it first)`
  return [
    ...rename(view, group, awaited, service),
    instruct(
      service,
      'create_service',
      `Create Service ${service.name} with ${port} in namespace ${service.namespace}, ${selects}; init container ${container} of ${workload.kind} ${workload.name} waits for it.`,
      {
        reason: `Service ${service.name} is waited for and does not exist.`,
        needs: behind ? [] : [{ param: 'selector', ask: `which pods stand behind ${service.name}` }],
      },
    ),
    escalate(
      view,
      workload,
      `Deploy ${service.name} in namespace ${service.namespace}, or say what ${workload.name} should wait for instead.`,
      `${workload.kind} ${workload.name} cannot start without it.`,
    ),
  ]
}

/** A Service with nearly that name exists: the command, or the variable it reads, has a slip. */
function rename(
  view: ClusterView,
  { workload, container }: ContainerGroup,
  awaited: AwaitedHost,
  service: ResourceRef,
): Remedy[] {
  const names = view
    .list('Service')
    .filter((each) => each.metadata.namespace === workload.namespace && !selectsWorkload(view, each, workload))
  const near = nearName(
    service.name,
    names.map((each) => each.metadata.name),
  )
  if (!near) return []
  const reason = `Service ${near} exists in namespace ${workload.namespace}, ${service.name} does not.`
  if (awaited.variable !== undefined) {
    const params = { container, name: awaited.variable, value: near }
    const override = { risk: 'medium' as const, because: 'Its name is only near the one that is given.' }
    return [setEnv(workload, params, { reason, override })]
  }
  return [
    instruct(
      workload,
      'patch_init_command',
      `Let init container ${container} of ${workload.kind} ${workload.name} wait for ${near} instead of ${awaited.host}.`,
      { reason },
    ),
  ]
}

function workloadsNamed(view: ClusterView, { namespace, name }: ResourceRef): ResourceRef | undefined {
  const kind = (['Deployment', 'StatefulSet', 'DaemonSet'] as const).find((each) => view.get(each, namespace, name))
  return kind && { kind, namespace, name }
}

/** Hosts that the command, the arguments and the variables they use speak of, in the order of the command. */
function awaitedHosts(spec: Container): AwaitedHost[] {
  const { text, sources } = expand(spec)
  const found = new Map<string, AwaitedHost>()
  for (const pattern of patterns) {
    for (const [, name, port] of text.matchAll(pattern)) {
      if (name === undefined || noHost.test(name) || found.has(name)) continue
      const variable = sources.get(name)
      found.set(name, {
        host: name,
        ...(port === undefined ? {} : { port: Number(port) }),
        ...(variable ? { variable } : {}),
      })
    }
  }
  return [...found.values()]
}

/** The command line with plain variables filled in, and which variable gave which value. */
function expand(spec: Container): { text: string; sources: Map<string, string> } {
  const values = new Map(
    (spec.env ?? []).flatMap(({ name, value }) => (value === undefined ? [] : [[name, value] as const])),
  )
  const sources = new Map<string, string>()
  const line = [...(spec.command ?? []), ...(spec.args ?? [])].join(' ')
  const text = line.replace(
    /\$(?:\{(\w+)(?::?-[^}]*)?\}|\((\w+)\)|(\w+))/g,
    (whole, braced?: string, round?: string, bare?: string) => {
      const name = braced ?? round ?? bare ?? ''
      const value = values.get(name)
      if (value === undefined) return whole
      sources.set(value.split(':')[0] ?? value, name)
      return value
    },
  )
  return { text, sources }
}
