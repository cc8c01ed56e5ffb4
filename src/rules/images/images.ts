import type { ClusterView } from '#src/domain/cluster-view.ts'
import { objectEvidence } from '#src/domain/evidence-draft.ts'
import type { FindingDraft } from '#src/domain/finding.ts'
import { type ContainerMessage, messagesOf } from '#src/rules/kit/messages.ts'
import { groupFinding, nameGroup } from '#src/rules/kit/findings.ts'
import { classifyPull, type ImageFailure, isPullReason, pullMechanisms } from './image-failure.ts'
import { parseImage, type ImageReference } from '#src/rules/kit/containers.ts'
import { type ContainerGroup, containerGroups, type ContainerInstance, statusPath } from '#src/rules/kit/pods.ts'
import { defineRule } from '#src/rules/rule.ts'
import type { ActionNeed, Remedy } from '#src/domain/action.ts'
import { revisionsOf } from '#src/domain/kubernetes/revisions.ts'
import { nearName } from '#src/rules/kit/names.ts'
import { escalate, instruct, rollBack, setImage } from '#src/rules/kit/actions.ts'

/** Hosts that everybody pulls from: no place for somebody's own images. */
const publicHosts = new Set([
  'docker.io',
  'registry.k8s.io',
  'k8s.gcr.io',
  'gcr.io',
  'quay.io',
  'ghcr.io',
  'public.ecr.aws',
  'mcr.microsoft.com',
])

/** An image that has been pulled somewhere in the snapshot, so that it is known to exist. */
interface KnownImage extends ImageReference {
  image: string
  /** Where it was seen, for people. */
  seen: string
}

const cache = new WeakMap<ClusterView, KnownImage[]>()

interface Pull extends ContainerInstance {
  reason: string
  reported: ContainerMessage[]
}

/** Images that cannot be pulled, by what the runtime says: not there, refused, unreachable, unreadable, never to be pulled. */
export const images = defineRule({
  name: 'images',
  finds: {
    ...pullMechanisms,
  },
  find,
})

function find(view: ClusterView): FindingDraft[] {
  return containerGroups(view).flatMap((group) => {
    const pulls = group.instances.flatMap((instance) => pullOf(view, instance))
    // During a rollout two revisions may fail with two images; each is a fault of its own.
    return [...Map.groupBy(pulls, (pull) => pull.spec.image ?? '')].flatMap(([image, failing]) =>
      image === '' ? [] : [findImage(view, group, image, failing)],
    )
  })
}

function pullOf(view: ClusterView, instance: ContainerInstance): Pull[] {
  const reason = instance.status?.state?.waiting?.reason
  if (!isPullReason(reason) || reason === undefined) return []
  return [
    { ...instance, reason, reported: messagesOf(view, instance).filter(({ text }) => !/^Error: \w+$/.test(text)) },
  ]
}

function findImage(view: ClusterView, group: ContainerGroup, image: string, failing: Pull[]): FindingDraft {
  const texts = failing.flatMap((pull) => pull.reported.map(({ text }) => text.replaceAll(image, 'image')))
  const failure = classifyPull(failing[0]?.reason, texts)
  const guess = failure.mechanism === 'image_pull_failed'
  return groupFinding(
    view,
    group,
    failing,
    (pull) => [
      objectEvidence(
        view.snapshot,
        pull.pod,
        statusPath(pull, 'state.waiting'),
        `container ${pull.spec.name} waits: ${pull.reason} for image ${image}`,
      ),
      ...pull.reported.slice(0, 2).map(({ evidence }) => evidence),
    ],
    {
      mechanism: failure.mechanism,
      confidence: guess ? 0.6 : 0.95,
      confidence_reason: guess ? 'the runtime does not say why the pull fails' : 'the runtime says so in its own words',
      statement: stateImage(view, group, image, failure, failing),
      remedies: imageRemedies(view, group, image, failure),
    },
  )
}

function stateImage(
  view: ClusterView,
  group: ContainerGroup,
  image: string,
  { mechanism, words }: ImageFailure,
  pods: Pull[],
): string {
  const { registry } = parseImage(image)
  const name = nameGroup(group)
  const where = `(${name.charAt(0).toLowerCase()}${name.slice(1)})`
  const quoted = `"${shorten(words)}"`
  switch (mechanism) {
    case 'image_not_found':
      return `Image ${image} ${where} is not found in registry ${registry}: it answers ${/not found/i.test(words) ? quoted : `not found, ${quoted}`}; the tag or the repository is wrong or was never pushed.`
    case 'image_auth_failed':
      return `Registry ${registry} refuses the pull of image ${image} ${where}: ${quoted}; ${credentialsOf(pods)}.`
    case 'registry_unreachable':
      if (/x509|HTTPS client/.test(words))
        return `The TLS connection of the nodes to registry ${registry} fails, so image ${image} ${where} cannot be pulled: ${quoted}.`
      return `The nodes cannot reach registry ${registry} to pull image ${image} ${where}: ${quoted}.`
    case 'image_name_invalid':
      return `The image reference "${image}" ${where} cannot be parsed (InvalidImageName): ${quoted}.`
    case 'image_never_pull':
      return `Image ${image} ${where} is not on the node, and imagePullPolicy Never forbids to pull it (ErrImageNeverPull).`
    case 'image_platform_mismatch':
      return `Image ${image} ${where} has no variant for the platform of the nodes${architectures(view)}: ${quoted}.`
    default:
      return `Image ${image} ${where} cannot be pulled from registry ${registry}: ${quoted}.`
  }
}

/** Words as far as they fit, never cut within one. */
function shorten(words: string): string {
  return words.length <= 130 ? words : words.slice(0, 130).replace(/\W+\w*$/, '')
}

function credentialsOf([pull]: Pull[]): string {
  const named = (pull?.pod.spec.imagePullSecrets ?? []).flatMap(({ name }) => name ?? [])
  return named.length === 0
    ? 'no imagePullSecret is named, so it is asked without credentials (or the repository does not exist)'
    : `the credentials in imagePullSecret ${named.slice(0, 2).join(', ')} are wrong or do not reach it, or the repository does not exist`
}

function architectures(view: ClusterView): string {
  const found = new Set(view.list('Node').flatMap((node) => node.status?.nodeInfo?.architecture ?? []))
  return found.size > 0 ? ` (${[...found].join(', ')})` : ''
}

/** What to do about an image that cannot be pulled: an image that is known to be there, else the question which one is meant. */
function imageRemedies(view: ClusterView, group: ContainerGroup, image: string, failure: ImageFailure): Remedy[] {
  const undo = rollBack(view, group.workload, {
    lacksFault: (template) => {
      const specs = [...template.spec.containers, ...(template.spec.initContainers ?? [])]
      const before = specs.find((spec) => spec.name === group.container)?.image
      return before !== undefined && before !== image && isOtherFault(before, image, failure)
    },
  })
  const rest = remediesFor(view, group, image, failure)
  return undo ? [undo.remedy, ...rest] : rest
}

/** An earlier image on the same dead host would fail as well. */
function isOtherFault(before: string, image: string, failure: ImageFailure): boolean {
  const sameHost = parseImage(before).registry === parseImage(image).registry
  return !sameHost || !['registry_unreachable', 'image_auth_failed'].includes(failure.mechanism)
}

function remediesFor(view: ClusterView, group: ContainerGroup, image: string, failure: ImageFailure): Remedy[] {
  const { workload } = group
  const { registry } = parseImage(image)
  const platform = `the platform team (registry ${registry})`
  switch (failure.mechanism) {
    case 'registry_unreachable':
      return [
        ...otherRegistry(view, group, image),
        escalate(
          view,
          workload,
          /x509|HTTPS client/.test(failure.words)
            ? `The nodes cannot speak TLS with registry ${registry} (${failure.words}): which certificate or authority is right?`
            : `Registry ${registry} cannot be reached from the nodes (${failure.words}): is it down or decommissioned?`,
          'The registry itself has to answer, or the image has to come from elsewhere.',
          platform,
        ),
      ]
    case 'image_auth_failed':
      return [
        ...renew(view, group, image),
        instruct(
          workload,
          'create_secret',
          `Create a kubernetes.io/dockerconfigjson Secret with credentials for ${registry} in namespace ${workload.namespace ?? ''} and name it under imagePullSecrets of ${workload.kind} ${workload.name}; if one is named already, renew its credentials.`,
          {
            reason: `Registry ${registry} refuses the pull (${failure.words}).`,
            needs: [{ param: 'credentials', ask: `credentials for registry ${registry} that may pull ${image}` }],
          },
        ),
        escalate(
          view,
          workload,
          `Who may pull ${image}? The registry answers "${failure.words}".`,
          'Access to the registry is given by its owners.',
          platform,
        ),
      ]
    case 'image_pull_failed':
      return [
        escalate(
          view,
          workload,
          `Pulling ${image} fails: ${failure.words}.`,
          'The cause lies with the registry or the nodes.',
          platform,
        ),
      ]
    default:
      return [correctImage(view, group, image, failure)]
  }
}

/** Pull secrets that are there: what they hold is what the registry refuses. */
function renew(view: ClusterView, { workload, instances }: ContainerGroup, image: string): Remedy[] {
  const { registry } = parseImage(image)
  const named = (instances[0]?.pod.spec.imagePullSecrets ?? []).flatMap(({ name }) => name ?? [])
  const held = named.filter((name) => view.existence('Secret', workload.namespace, name) === 'present')
  return held.slice(0, 2).map((name) =>
    instruct(
      { kind: 'Secret', namespace: workload.namespace, name },
      'patch_secret',
      `Renew the credentials for ${registry} in Secret ${name} of namespace ${workload.namespace ?? ''} (imagePullSecrets of ${workload.kind} ${workload.name}), or give its account the right to pull ${image}.`,
      {
        reason: `Secret ${name} exists and is sent, and registry ${registry} refuses it.`,
        needs: [{ param: 'credentials', ask: `credentials for registry ${registry} that may pull ${image}` }],
      },
    ),
  )
}

function correctImage(view: ClusterView, group: ContainerGroup, image: string, failure: ImageFailure): Remedy {
  const { registry, repository, tag } = parseImage(image)
  const known = knownImages(view).filter(
    (each) => each.registry === registry && each.repository === repository && each.image !== image,
  )
  const chosen = failure.mechanism === 'image_platform_mismatch' ? undefined : chooseTag(known, tag)
  if (chosen) {
    const params = { container: group.container, image: chosen.image }
    const reason = `${chosen.image} exists: ${chosen.seen}.`
    return setImage(group.workload, params, { reason, needs: confirm(view, group, chosen.image) })
  }
  const ask =
    failure.mechanism === 'image_platform_mismatch'
      ? `an image of ${registry}/${repository} built for the nodes' platform`
      : `the image (repository and tag) that container ${group.container} is meant to run; ${image} ${failure.mechanism === 'image_never_pull' ? 'is not on the node' : 'is not there'}`
  return setImage(
    group.workload,
    { container: group.container },
    { needs: [{ param: 'image', ask }], reason: `${image} cannot be used (${failure.words}).` },
  )
}

/** A tag that only others hold exists, but nobody said that this workload should run it: its owner confirms it. */
function confirm(view: ClusterView, { workload, container }: ContainerGroup, image: string): ActionNeed[] {
  const own = revisionsOf(view, workload).some((revision) => {
    const specs = [...revision.template.spec.containers, ...(revision.template.spec.initContainers ?? [])]
    return specs.some((spec) => spec.name === container && spec.image === image)
  })
  return own ? [] : [{ param: 'image', ask: `confirm the tag that was meant; ${image} exists` }]
}

/** The nearest tag, else the only one, else the highest: never a guess beyond what was seen. */
function chooseTag(known: KnownImage[], tag: string | undefined): KnownImage | undefined {
  const tags = known.flatMap((each) => each.tag ?? [])
  const near = tag === undefined ? undefined : nearName(tag, tags)
  const highest = tags.toSorted((left, right) => left.localeCompare(right, 'en', { numeric: true })).at(-1)
  return known.find((each) => each.tag === (near ?? highest))
}

/** The same image under a host from which the nodes do pull. */
function otherRegistry(view: ClusterView, group: ContainerGroup, image: string): Remedy[] {
  const { registry, repository, tag } = parseImage(image)
  const others = knownImages(view).filter((each) => each.registry !== registry && !publicHosts.has(each.registry))
  const same = others.find((each) => each.repository === repository && each.tag === tag)
  const byHost = [...Map.groupBy(others, (each) => each.registry)].toSorted(
    (left, right) => right[1].length - left[1].length,
  )
  const host = same?.registry ?? byHost[0]?.[0]
  if (host === undefined) return []
  const path = image.slice(image.startsWith(`${registry}/`) ? registry.length + 1 : 0)
  const count = byHost.find(([name]) => name === host)?.[1].length ?? 0
  const proof = same
    ? `it is there: ${same.seen}`
    : `the nodes hold ${count} images from that host; check that this one is there too`
  return [
    setImage(
      group.workload,
      { container: group.container, image: `${host}/${path}` },
      {
        needs: [
          {
            param: 'image',
            ask: same
              ? `confirm the image that was meant; ${host}/${path} exists`
              : `confirm that registry ${host} holds ${path}`,
          },
        ],
        reason: `Registry ${registry} cannot be reached, ${host} can: ${proof}.`,
      },
    ),
  ]
}

/** Images that run in the snapshot, or that a node holds. */
function knownImages(view: ClusterView): KnownImage[] {
  const known = cache.get(view) ?? collect(view)
  cache.set(view, known)
  return known
}

function collect(view: ClusterView): KnownImage[] {
  const found = new Map<string, KnownImage>()
  const add = (image: string, seen: string): void => {
    const reference = parseImage(image)
    if (reference.tag !== undefined && !found.has(image)) found.set(image, { ...reference, image, seen })
  }
  for (const pod of view.list('Pod')) {
    const specs = [...pod.spec.containers, ...(pod.spec.initContainers ?? [])]
    const statuses = [...(pod.status?.containerStatuses ?? []), ...(pod.status?.initContainerStatuses ?? [])]
    for (const status of statuses) {
      const image = specs.find((spec) => spec.name === status.name)?.image
      if (image && status.imageID) add(image, `pod ${pod.metadata.name} runs it`)
    }
  }
  for (const node of view.list('Node')) {
    for (const name of (node.status?.images ?? []).flatMap((entry) => entry.names ?? [])) {
      if (!name.includes('@')) add(name, `node ${node.metadata.name} holds it`)
    }
  }
  return [...found.values()]
}
