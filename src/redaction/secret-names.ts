const secretWords =
  /pass(?:word|wd|phrase)?$|pwd$|secret|token|api[-_.]?key|access[-_.]?key|private[-_.]?key|signing[-_.]?key|encryption[-_.]?key|credential|auth[-_.]?key|dsn$|connection[-_.]?string/i
const harmlessEndings =
  /(?:_|-|\.)(?:file|path|dir|name|ref|url|uri|host|port|ttl|expiry|timeout|header|key_?id|enabled)$/i

/** True where a variable or key of this name may be expected to hold a secret. `DB_PASSWORD_FILE` holds a path, not a secret. */
export function isSecretName(name: string): boolean {
  return secretWords.test(name) && !harmlessEndings.test(name)
}
