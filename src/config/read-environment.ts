import { existsSync, readFileSync } from 'node:fs'
import { parseEnv } from 'node:util'

/** The variables that are set: those of the file, where there is one, and over them the environment's, which wins also when empty. */
export function readEnvironment(env: Record<string, string | undefined>, env_file?: string): Record<string, string> {
  const fromFile = env_file && existsSync(env_file) ? parseEnv(readFileSync(env_file, 'utf8')) : {}
  const all = { ...fromFile, ...withoutAbsent(env) }
  return withoutAbsent(all)
}

function withoutAbsent(env: Record<string, string | undefined>): Record<string, string> {
  return Object.fromEntries(Object.entries(env).filter((pair): pair is [string, string] => pair[1] !== undefined))
}
