import type { MechanismNotes } from './mechanism-note.ts'

/** Images and the pulls of them. */
export const imageNotes = {
  image_platform_mismatch: {
    detected:
      'The binary does not fit what it runs on: the kernel refuses its format, the registry has no variant for the platform, the runtime in the image has another version, or a shared library is missing.',
    from: [
      'waiting and terminated messages, event `Failed`: `exec format error`, `no match for platform`, `no matching manifest`',
      'log: `exec format error`, `cannot execute binary file`, `GLIBC_... not found`, `error while loading shared libraries`, `UnsupportedClassVersionError`, `NODE_MODULE_VERSION`',
      'Node `.status.nodeInfo.architecture`',
    ],
    suggests: ['rollback', 'set_image', 'escalate'],
    limits: 'A script without a `#!` line reads alike. Which image is built for the platform is asked for.',
  },
  image_not_found: {
    detected: 'A pull fails, and the registry answers that it does not know the repository or the tag.',
    from: [
      '.status.containerStatuses[].state.waiting (ErrImagePull, ImagePullBackOff)',
      'event `Failed`: `manifest unknown`, `not found`, `name unknown`',
      'images that pods run or nodes hold, and those of earlier revisions',
    ],
    suggests: ['rollback', 'set_image'],
    limits:
      'The registry is not asked. A tag is proposed only where the cluster has seen it, and its owner confirms it. Some registries answer a refused pull with `not found`.',
  },
  image_auth_failed: {
    detected: 'A pull fails, and the registry refuses the credentials, or wants some.',
    from: [
      '.status.containerStatuses[].state.waiting',
      'event `Failed`: `unauthorized`, `pull access denied`, `no basic auth credentials`, `403 Forbidden`',
      '.spec.imagePullSecrets',
    ],
    suggests: ['rollback', 'custom_instruction', 'escalate'],
    limits: 'Many registries answer in the same way for a repository that does not exist.',
  },
  registry_unreachable: {
    detected: 'A pull fails because the nodes do not reach the registry, or do not trust its certificate.',
    from: [
      '.status.containerStatuses[].state.waiting',
      'event `Failed`: `no such host`, `i/o timeout`, `connection refused`, `x509:`, `503 Service Unavailable`',
      'images that nodes hold from other registries',
    ],
    suggests: ['rollback', 'set_image', 'escalate'],
    limits:
      'Seen through the words of the nodes only. Another registry is proposed where the cluster uses one of its own, and is to be confirmed.',
  },
  image_name_invalid: {
    detected: 'The runtime cannot parse the image reference.',
    from: [
      '.status.containerStatuses[].state.waiting.reason (InvalidImageName)',
      'event `Failed` or `InspectFailed`: `invalid reference format`',
    ],
    suggests: ['rollback', 'set_image'],
    limits: 'Which image was meant is taken from what the cluster has seen of it, or asked for.',
  },
  image_never_pull: {
    detected: 'The image is not on the node, and the pull policy is Never.',
    from: [
      '.status.containerStatuses[].state.waiting.reason (ErrImageNeverPull)',
      'event `Failed`: `pull policy of Never`',
    ],
    suggests: ['rollback', 'set_image'],
    limits: 'Whether the policy is meant is not known.',
  },
  image_pull_failed: {
    detected:
      'A pull fails for a reason that none of the others covers: a pull rate limit, a full node disk, or no reason at all.',
    from: [
      '.status.containerStatuses[].state.waiting',
      'event `Failed`: `429 Too Many Requests`, `pull rate limit`, `no space left on device`',
    ],
    suggests: ['rollback', 'escalate'],
    limits: 'Told with little confidence, for the runtime does not say more.',
  },
  missing_pull_secret: {
    detected: 'A pull fails for want of credentials, and a pull secret that is named does not exist.',
    from: [
      '.spec.imagePullSecrets of the pod and of its ServiceAccount',
      'the list of Secrets',
      'event `FailedToRetrieveImagePullSecret`',
    ],
    suggests: ['custom_instruction'],
    limits: 'Not said where the pull fails for a reason that credentials have nothing to do with.',
  },
} as const satisfies MechanismNotes
