import { stripHostileCharacters } from './hostile-characters.ts'
import { isSecretName } from './secret-names.ts'

/*
 * Stands at every border where text enters evidence or leaves the process. Secrets are recognised by value (what the picture of
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

/**
 * A function that cleans one text. `knownSecrets`: values that must never appear, whatever stands beside them.
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
  const escaped = secret.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)
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
