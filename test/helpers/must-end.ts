import { runInNewContext } from 'node:vm'

const timeoutMs = 60_000

/**
 * Runs work that takes milliseconds where its steps grow with the length of its input, and hours where they grow with the square
 * or more. The work is interrupted after a minute, also in the middle of a regular expression, so no test measures time.
 */
export function mustEnd<T>(work: () => T): T {
  return runInNewContext('work()', { work }, { timeout: timeoutMs }) as T
}
