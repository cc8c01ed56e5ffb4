import { kindOf } from './kind-names.ts'

/*
 * What labels, tags and attributes of monitoring systems say about a Kubernetes object. Each system spells the same thing in its own
 * way (`kube_deployment`, `k8s.deployment.name`, `deploymentName`): keys are compared as lower-case letters and digits only.
 */

/** The object that labels name. `keys`: the labels that name it, as the sender spells them. */
export interface LabelledSubject {
  cluster?: string
  namespace?: string
  kind?: string
  name?: string
  service?: string
  keys: { namespace?: string; name?: string }
}

type Labels = Readonly<Record<string, string | undefined>>

/** Kinds that a label names by itself, what owns things before what is owned. */
const kindWords: ReadonlyArray<readonly [kind: string, words: readonly string[]]> = [
  ['Deployment', ['deployment']],
  ['StatefulSet', ['statefulset']],
  ['DaemonSet', ['daemonset']],
  ['CronJob', ['cronjob']],
  ['HorizontalPodAutoscaler', ['horizontalpodautoscaler', 'hpa']],
  ['PersistentVolumeClaim', ['persistentvolumeclaim', 'pvc']],
  ['PodDisruptionBudget', ['poddisruptionbudget', 'pdb']],
  ['ResourceQuota', ['resourcequota']],
  ['Ingress', ['ingress']],
  ['ReplicaSet', ['replicaset']],
]
const kindSpellings = kindWords.map(([kind, words]) => [kind, spelled(words)] as const)
const namespaceWords = spelled(['namespace', 'ns'])
const clusterWords = spelled(['cluster'])
const podWords = spelled(['pod'])
const nodeWords = spelled(['node'])
const kubernetesServiceWords = [
  'kubeservice',
  'kubernetesservice',
  'k8sservice',
  'k8sservicename',
  'kubernetesservicename',
]

/** The spellings of a word in use; those of exporters that keep the object's own label apart from their own come first. */
function spelled(words: readonly string[]): string[] {
  return words.flatMap((word) => [
    `exported${word}`,
    ...['kube', 'k8s', 'kubernetes', ''].flatMap((prefix) => [`${prefix}${word}`, `${prefix}${word}name`]),
    `label${word}`,
  ])
}

/** Reads labels. `alert` helps where one label stands for several things. */
export function subjectOfLabels(labels: Labels, alert = ''): LabelledSubject {
  const found = new LabelIndex(labels)
  const cluster = found.first(clusterWords)
  const namespace = found.first(namespaceWords)
  const object = objectOf(found, alert)
  const service = serviceOf(found)
  const isOfNode = object?.kind === 'Node' || object?.kind === 'PersistentVolume'
  return {
    cluster: cluster?.value,
    namespace: isOfNode ? undefined : namespace?.value,
    kind: object?.kind,
    name: object?.value ?? service,
    service,
    keys: { namespace: namespace?.key, name: object?.key },
  }
}

interface Found {
  key: string
  value: string
}
type FoundObject = Found & { kind: string }

function objectOf(found: LabelIndex, alert: string): FoundObject | undefined {
  if (/^(?:kube|kubernetes)?_?node|^host/i.test(alert)) {
    const node = nodeOf(found)
    if (node) return node
  }
  const owner = workloadOf(found) ?? jobOf(found, alert)
  if (owner) return owner
  for (const [kind, spellings] of kindSpellings) {
    const object = found.first(spellings)
    if (object) return { kind, ...object }
  }
  const pod = found.first(podWords)
  if (pod && !isScraped(found, pod.value)) return { kind: 'Pod', ...pod }
  return volumeOf(found) ?? nodeLabel(found) ?? serviceObject(found) ?? (pod && { kind: 'Pod', ...pod })
}

/** `workload` and `workload_type`, `controller` and `controller_kind`, `top_level_controller_name` and `..._type`, `resource_kind` and `resource_name`. */
function workloadOf(found: LabelIndex): FoundObject | undefined {
  const pairs = [
    [
      ['workload', 'workloadname', 'kubeworkload'],
      ['workloadtype', 'workloadkind'],
    ],
    [['toplevelcontrollername'], ['toplevelcontrollertype']],
    [['ownername'], ['ownerkind']],
    [['kubeownerrefname'], ['kubeownerrefkind']],
    [['createdbyname'], ['createdbykind']],
    [['resourcename'], ['resourcekind']],
    [['involvedobjectname'], ['involvedobjectkind']],
  ] as const
  for (const [names, kinds] of pairs) {
    const name = found.first(names)
    const kind = kindOf(found.first(kinds)?.value ?? '')
    if (name && kind) return { kind, ...name }
  }
  return undefined
}

/** In Prometheus, `job` is the scrape job; only an alert about Jobs that comes from no scrape means a Job by it. */
function jobOf(found: LabelIndex, alert: string): FoundObject | undefined {
  const named = found.first(['jobname', 'kubejob', 'k8sjobname', 'kubernetesjob', 'exportedjob'])
  if (named) return { kind: 'Job', ...named }
  const plain = found.first(['job'])
  const scraped = found.first(['instance', 'endpoint', 'metricspath']) !== undefined
  return plain && !scraped && /job/i.test(alert) && !/exporter|metrics/.test(plain.value)
    ? { kind: 'Job', ...plain }
    : undefined
}

/** A pod, service or container of the exporter that reported the figures, not of the object they describe. */
function isScraped(found: LabelIndex, value: string): boolean {
  const job = found.first(['job'])?.value.split('/').at(-1)
  return (
    job !== undefined && job !== '' && (value === job || (value.startsWith(`${job}-`) && /metrics|exporter/.test(job)))
  )
}

function volumeOf(found: LabelIndex): FoundObject | undefined {
  const volume = found.first(['persistentvolume', 'pv', 'volumename'])
  return volume && { kind: 'PersistentVolume', ...volume }
}

function nodeLabel(found: LabelIndex): FoundObject | undefined {
  const node = found.first(nodeWords)
  return node && { kind: 'Node', ...node }
}

/** A node's alert often names it only by the address that was scraped. */
function nodeOf(found: LabelIndex): FoundObject | undefined {
  const labelled = nodeLabel(found) ?? undefined
  if (labelled) return labelled
  const address = found.first(['instance', 'host', 'hostname'])
  const name = address?.value.replace(/:\d+$/, '')
  return address && name ? { kind: 'Node', key: address.key, value: name } : undefined
}

/** A sum over a scrape job names the Kubernetes Service that it scrapes. */
function serviceObject(found: LabelIndex): FoundObject | undefined {
  const named = found.first(kubernetesServiceWords)
  if (named) return { kind: 'Service', ...named }
  const service = found.first(['service'])
  const summed = found.first(['job']) !== undefined && found.first(['instance']) === undefined
  return service && summed ? { kind: 'Service', ...service } : undefined
}

/** The service in the sense of people; the one that is scraped says nothing. */
function serviceOf(found: LabelIndex): string | undefined {
  const service = found.first([
    'service',
    'servicename',
    'app',
    'application',
    'appname',
    'appkubernetesioname',
    'entityname',
  ])
  if (!service) return undefined
  const scraped = service.key === 'service' && found.first(['endpoint', 'instance', 'job']) !== undefined
  return scraped ? undefined : service.value
}

class LabelIndex {
  readonly #byWord = new Map<string, Found>()

  constructor(labels: Labels) {
    for (const [key, value] of Object.entries(labels)) {
      const word = key.toLowerCase().replaceAll(/[^a-z0-9]/g, '')
      if (value?.trim() && !this.#byWord.has(word)) this.#byWord.set(word, { key, value: value.trim() })
    }
  }

  first(words: readonly string[]): Found | undefined {
    for (const word of words) {
      const found = this.#byWord.get(word)
      if (found) return found
    }
    return undefined
  }
}
