import type { Mechanism } from '#src/domain/mechanism.ts'

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
