import type { Mechanism } from '#src/domain/mechanism.ts'
import type { Declarations } from '#src/rules/kit/mechanisms.ts'

export const pullMechanisms = {
  image_platform_mismatch: {
    title: 'the binary does not fit its platform, runtime or image',
    category: 'image',
    role: 'cause',
    layer: 'config',
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
    title: 'the image or its tag does not exist in the registry',
    category: 'image',
    role: 'cause',
    layer: 'config',
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
    title: 'the registry refuses the pull',
    category: 'image',
    role: 'cause',
    layer: 'environment',
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
    title: 'the nodes cannot reach the registry',
    category: 'image',
    role: 'cause',
    layer: 'config',
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
    title: 'the image reference cannot be parsed',
    category: 'image',
    role: 'cause',
    layer: 'config',
    detected: 'The runtime cannot parse the image reference.',
    from: [
      '.status.containerStatuses[].state.waiting.reason (InvalidImageName)',
      'event `Failed` or `InspectFailed`: `invalid reference format`',
    ],
    suggests: ['rollback', 'set_image'],
    limits: 'Which image was meant is taken from what the cluster has seen of it, or asked for.',
  },
  image_never_pull: {
    title: 'the pull policy is Never and the node lacks the image',
    category: 'image',
    role: 'cause',
    layer: 'config',
    detected: 'The image is not on the node, and the pull policy is Never.',
    from: [
      '.status.containerStatuses[].state.waiting.reason (ErrImageNeverPull)',
      'event `Failed`: `pull policy of Never`',
    ],
    suggests: ['rollback', 'set_image'],
    limits: 'Whether the policy is meant is not known.',
  },
  image_pull_failed: {
    title: 'the image cannot be pulled, the reason is not given',
    category: 'image',
    role: 'cause',
    layer: 'container',
    detected:
      'A pull fails for a reason that none of the others covers: a pull rate limit, a full node disk, or no reason at all.',
    from: [
      '.status.containerStatuses[].state.waiting',
      'event `Failed`: `429 Too Many Requests`, `pull rate limit`, `no space left on device`',
    ],
    suggests: ['rollback', 'escalate'],
    limits: 'Reported with little confidence, because the runtime does not say more.',
  },
} as const satisfies Declarations

/** How a pull fails, as the words of the runtime tell it. */
export interface ImageFailure {
  mechanism: Extract<
    Mechanism,
    | 'image_not_found'
    | 'image_auth_failed'
    | 'registry_unreachable'
    | 'image_name_invalid'
    | 'image_never_pull'
    | 'image_platform_mismatch'
    | 'image_pull_failed'
  >
  /** The words that decide, taken from the message. */
  words: string
}

/**
 * Order matters: a message often holds the words of several layers, and the innermost fault is the one that counts. A token server
 * that cannot be reached is a network fault though the message speaks of authorization.
 */
const rules: [ImageFailure['mechanism'], RegExp][] = [
  ['image_name_invalid', /invalid reference format(?:: [^"]{1,80})?/i],
  ['image_name_invalid', /couldn't parse image(?: name| reference)?|InvalidImageName/i],
  ['image_never_pull', /ErrImageNeverPull|pull policy of Never|is not present with pull policy/i],
  [
    'image_platform_mismatch',
    /no match for platform|no matching manifest for [\w/]+|no image found in (?:image index|manifest list) for [^"]{1,60}/i,
  ],
  [
    'image_pull_failed',
    /\b429 Too Many Requests\b[^"]{0,160}|toomanyrequests[^"]{0,120}|too many requests|\b429\b[^"]{0,40}|pull rate limit|QPS exceeded|no space left on device/i,
  ],
  [
    'registry_unreachable',
    /lookup [\w.-]+[^"]{0,60}: no such host|no such host|no route to host|i\/o timeout|connection refused|connection reset by peer|network is unreachable|TLS handshake timeout|context deadline exceeded|Client\.Timeout exceeded|x509: [^"]{1,90}|server gave HTTP response to HTTPS client|\b50[234] (?:Bad Gateway|Service Unavailable|Gateway Time-?out)|server misbehaving|Temporary failure in name resolution|unexpected EOF/i,
  ],
  [
    'image_not_found',
    /manifest unknown|manifest for [^ ]+ not found|name unknown|repository [^ ]+ not found|NAME_UNKNOWN|404 Not Found|not found|failed to resolve reference [^:]+: [^ ]+: not found/i,
  ],
  [
    'image_auth_failed',
    /no basic auth credentials|pull access denied|authorization failed|authentication required|insufficient_scope|unauthorized|\b401 Unauthorized|\b403 Forbidden|access (?:to the resource is )?denied|denied|forbidden/i,
  ],
]

/** The failure behind the messages about one image: the reason of the state, its message and the events, most telling first. */
export function classifyPull(reason: string | undefined, messages: readonly string[]): ImageFailure {
  for (const [mechanism, pattern] of rules) {
    for (const text of [...messages, reason ?? '']) {
      const words = pattern.exec(text)?.[0]
      if (words !== undefined) return { mechanism, words }
    }
  }
  return { mechanism: 'image_pull_failed', words: reason ?? 'the pull fails' }
}

const pullReasons = new Set([
  'ErrImagePull',
  'ImagePullBackOff',
  'ErrImageNeverPull',
  'InvalidImageName',
  'RegistryUnavailable',
  'ImageInspectError',
  'SignatureValidationFailed',
])

/** Does this waiting reason speak of the image? */
export function isPullReason(reason: string | undefined): boolean {
  return reason !== undefined && pullReasons.has(reason)
}
