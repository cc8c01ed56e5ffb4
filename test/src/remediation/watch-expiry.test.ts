import { describe, expect, it } from 'vitest'
import type { Approval } from '#src/domain/approval.ts'
import { watchExpiry } from '#src/remediation/watch-expiry.ts'
import { quietLogger } from '#test/helpers/quiet-logger.ts'

/** Rounds, each told when it begins; the first fails. */
function scripted() {
  let rounds = 0
  const waiting = new Map<number, () => void>()
  const round = (number: number) => new Promise<void>((resolve) => waiting.set(number, resolve))
  const expire = (): Promise<Approval[]> => {
    rounds += 1
    waiting.get(rounds)?.()
    if (rounds === 1) return Promise.reject(new Error('the store is away'))
    return Promise.resolve([{ id: 'apr_1', incident_id: 'inc_1' } as Approval])
  }
  return { expire, round, rounds: () => rounds }
}

describe('src/remediation/watch-expiry', () => {
  it('goes on after a failure, tells what has run out, and ends with its owner', async () => {
    const logger = quietLogger()
    const script = scripted()
    const third = script.round(3)
    {
      await using _watch = watchExpiry({
        approvals: { expire: script.expire },
        executions: { timeOut: () => Promise.resolve([]) },
        logger,
        now: () => 0,
        every_ms: 1,
      })
      await third
    }
    const ended = script.rounds()
    expect(logger.lines.map((line) => line.message).slice(0, 2)).toEqual([
      'expired approvals and executions not stored, to be tried again',
      'approval expired',
    ])
    await new Promise((resolve) => setImmediate(resolve))
    expect(script.rounds()).toBe(ended)
  })
})
