import { setTimeout as pause } from 'node:timers/promises'
import type { HttpAnswer, HttpReader, HttpRequest } from './http-answer.ts'

const mostRetries = 2
const longestPause = 2_000
const usualPause = 200

/** A GET that waits as long as a busy server (429, or 503 with a Retry-After) asks, twice at most and never longer than two seconds. */
export async function getWithPatience(
  http: HttpReader,
  request: HttpRequest,
  signal: AbortSignal,
): Promise<HttpAnswer> {
  for (let retry = 0; ; retry++) {
    const answer = await http.get(request, signal)
    if (answer.kind === 'problem' || retry === mostRetries || !isBusy(answer)) return answer
    const asked = answer.retry_after_ms ?? usualPause
    if (asked > longestPause) return answer
    await pause(asked, undefined, { signal })
  }
}

function isBusy(answer: Extract<HttpAnswer, { kind: 'answer' }>): boolean {
  return answer.status === 429 || (answer.status === 503 && answer.retry_after_ms !== undefined)
}
