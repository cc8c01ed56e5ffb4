import type { ClusterView } from '#src/domain/cluster-view.ts'
import { objectEvidence } from '#src/domain/evidence-draft.ts'
import type { FindingDraft } from '#src/domain/finding.ts'
import { type ContainerMessage, messagesOf } from '#src/rules/kit/messages.ts'
import { groupFinding, nameGroup } from '#src/rules/kit/findings.ts'
import { classifyPull, type ImageFailure, isPullReason, pullMechanisms } from './image-failure.ts'
import { parseImage } from '#src/rules/kit/containers.ts'
import { imageRemedies } from './image-remedies.ts'
import { type ContainerGroup, containerGroups, type ContainerInstance, statusPath } from '#src/rules/kit/pods.ts'
import { defineRule } from '#src/rules/rule.ts'

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
