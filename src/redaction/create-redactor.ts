/*
 * Stands at every border where text enters evidence or leaves the process. Secrets are recognised by value (what the snapshot of
 * the cluster holds under a secret name), by shape (keys, tokens, PEM) and by the name beside them (password=...). What is
 * masked says what it was, so that a reader knows that something stood there.
 */

interface Shape {
  kind: string
  pattern: RegExp
}

const shapes: readonly Shape[] = [
  { kind: 'pem', pattern: /-----BEGIN [A-Z ]{0,40}-----[\s\S]{0,20000}?(?:-----END [A-Z ]{0,40}-----|$)/g },
  { kind: 'jwt', pattern: /\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{4,}/g },
  { kind: 'cloud_key', pattern: /\b(?:AKIA|ASIA|AROA)[A-Z0-9]{16}\b/g },
  { kind: 'cloud_key', pattern: /\bAIza[A-Za-z0-9_-]{35}\b/g },
  {
    kind: 'token',
    pattern: /\bgh[pousr]_[A-Za-z0-9]{30,}\b|\bgithub_pat_[A-Za-z0-9_]{30,}\b|\bglpat-[A-Za-z0-9_-]{16,}/g,
  },
  { kind: 'token', pattern: /\bxox[abposr]-[A-Za-z0-9-]{10,}/g },
  { kind: 'token', pattern: /\bsk-(?:ant-|proj-)?[A-Za-z0-9_-]{20,}/g },
  { kind: 'token', pattern: /\bhv[sb]\.[A-Za-z0-9_-]{20,}/g },
]

const authorization = /\b(bearer|basic)\s+[A-Za-z0-9+/=._~-]{8,}/gi

const urlCredentials = /([a-z][a-z0-9+.-]{1,20}:\/\/[^\s:/@]{0,100}):([^\s/@]{1,200})@/gi

const assignment =
  /(["']?)([A-Za-z][A-Za-z0-9_.-]{1,80})\1(\s{0,2}[=:]\s{0,2})("(?:[^"\\]|\\.){1,500}"|'[^']{1,500}'|[^\s,;&"')}\]]{1,500})/g

/** What follows `password:` in prose and is no password. */
const prose =
  /^["']?(?:is|are|was|not|no|must|cannot|can't|missing|required|invalid|expected|expired|unknown|unset|empty|null|none|nil|true|false|undefined|authentication|field|key|value|for|of|from|and|in|the|\[redacted)/i

/** `=` only as padding: a variable and its value are two tokens. */
const longToken = /(?<![A-Za-z0-9+_-])[A-Za-z0-9+_-]{32,}={0,2}(?![A-Za-z0-9+_=-])/g

/* Characters that a terminal, a page or a model would obey or hide: they carry no information for a person on call. */

// biome-ignore format: one pattern a line, with what it takes out
const hostile: readonly RegExp[] = [
  // CSI, OSC (ended by BEL or ST) and single-character escapes
  // oxlint-disable-next-line no-control-regex -- the control characters are what is looked for
  /\u001b\[[0-?]*[ -/]*[@-~]|\u001b\][^\u0007\u001b]{0,2000}(?:\u0007|\u001b\\)?|\u001b[@-Z\\-_]/g,
  // C0 without tab and newline, DEL, C1
  // oxlint-disable-next-line no-control-regex -- as above
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g,
  // zero width, bidi overrides and isolates, byte order mark, soft hyphen, invisible operators, tags
  /[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]|[\u{e0000}-\u{e007f}]/gu,
]

/**
 * A function that cleans one text. `knownSecrets`: values that must never appear, in any context.
 * The result never contains hostile characters; masked places read `[redacted:kind]`.
 */
export function createRedactor(knownSecrets: readonly string[] = []): (text: string) => string {
  const known = [...new Set(knownSecrets)].filter((secret) => secret.length > 0)
  const byLength = known.toSorted((left, right) => right.length - left.length)
  return (text) => {
    let clean = stripHostileCharacters(text)
    for (const secret of byLength) if (clean.includes(secret)) clean = maskValue(clean, secret)
    for (const { kind, pattern } of shapes) clean = clean.replace(pattern, `[redacted:${kind}]`)
    return maskNamed(clean).replace(longToken, (token) => (looksRandom(token) ? '[redacted:token]' : token))
  }
}

/** So short that it may stand inside of harmless words: masked only where it stands alone. */
const shortLength = 4

function maskValue(text: string, secret: string): string {
  if (secret.length >= shortLength) return text.replaceAll(secret, '[redacted:secret]')
  const escaped = RegExp.escape(secret)
  return text.replaceAll(new RegExp(`(?<![A-Za-z0-9])${escaped}(?![A-Za-z0-9])`, 'g'), '[redacted:secret]')
}

function maskNamed(text: string): string {
  return text
    .replace(urlCredentials, '$1:[redacted:password]@')
    .replace(authorization, (_match, scheme: string) => `${scheme} [redacted:token]`)
    .replace(assignment, (match, quote: string, name: string, separator: string, value: string) => {
      if (!isSecretName(name) || prose.test(value)) return match
      return `${quote}${name}${quote}${separator}[redacted:secret]`
    })
}

/** Mixed case and digits with the entropy of a key: not a digest (one case), an identifier or a file name. */
function looksRandom(token: string): boolean {
  if (!/[a-z]/.test(token) || !/[A-Z]/.test(token) || !/[0-9]/.test(token)) return false
  return shannonEntropy(token) >= 4.2
}

function shannonEntropy(text: string): number {
  const counts = new Map<string, number>()
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1)
  let entropy = 0
  for (const count of counts.values()) entropy -= (count / text.length) * Math.log2(count / text.length)
  return entropy
}

/** The text without escape sequences, control, zero-width and direction-changing characters. Tabs and newlines stay. */
function stripHostileCharacters(text: string): string {
  return hostile.reduce((cleaned, pattern) => cleaned.replace(pattern, ''), text)
}

const secretWords =
  /pass(?:word|wd|phrase)?$|pwd$|secret|token|api[-_.]?key|access[-_.]?key|private[-_.]?key|signing[-_.]?key|encryption[-_.]?key|credential|auth[-_.]?key|dsn$|connection[-_.]?string/i
const harmlessEndings =
  /(?:_|-|\.)(?:file|path|dir|name|ref|url|uri|host|port|ttl|expiry|timeout|header|key_?id|enabled)$/i

/** True where a variable or key of this name may be expected to hold a secret. `DB_PASSWORD_FILE` holds a path, not a secret. */
export function isSecretName(name: string): boolean {
  return secretWords.test(name) && !harmlessEndings.test(name)
}
