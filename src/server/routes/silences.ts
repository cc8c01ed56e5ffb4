import { randomUUID } from 'node:crypto'
import type { Request, RequestHandler } from 'express'
import { z } from 'zod'
import { CodedError } from '#src/domain/coded-error.ts'
import { Matcher, Silence, matcherProblem } from '#src/domain/silence.ts'
import { auditAct } from '#src/server/access/audit-act.ts'
import { callerOf } from '#src/server/access/request-caller.ts'
import { moment } from '#src/server/query-fields.ts'
import { readInput } from '#src/server/read-input.ts'
import { sendProblem } from '#src/server/send-problem.ts'
import type { ServerDeps } from '#src/server/service-ports.ts'

type SilenceDeps = Pick<ServerDeps, 'silences' | 'audit'>

/** Silences, those that begin last first. */
export const SilenceList = z.object({ silences: z.array(Silence) })

const longestMs = 366 * 86_400_000
const commentWords = 'a comment of 1 to 1000 characters: why it is quiet'

/** A silence that is asked for. */
export const SilenceBody = z.strictObject(
  {
    matchers: z.array(Matcher, { error: 'a list of 1 to 20 matchers' }).min(1).max(20),
    /** Absent: now. */
    starts_at: moment().optional(),
    ends_at: moment(),
    comment: z
      .string({ error: commentWords })
      .trim()
      .min(1, { error: commentWords })
      .max(1000, { error: commentWords }),
  },
  { error: 'an object with matchers, starts_at, ends_at, comment' },
)

type Flaw = { path: string; problem: string; allowed: string }

/** A matcher that could never fit would keep nobody quiet. */
function matcherFlaws(matcher: Matcher, index: number): Flaw[] {
  const flaw = matcherProblem(matcher)
  return flaw ? [{ path: `matchers.${index}.${flaw.field}`, problem: 'cannot be used', allowed: flaw.allowed }] : []
}

function timeFlaws(from: number, until: number, now: number): Flaw[] {
  if (until <= now || until <= from)
    return [{ path: 'ends_at', problem: 'is over before it begins', allowed: 'a moment to come, after starts_at' }]
  if (until - from <= longestMs) return []
  return [{ path: 'ends_at', problem: 'is too far away', allowed: 'at most 366 days after starts_at' }]
}

/** `POST /api/silences` */
export function createSilence({ silences, audit }: SilenceDeps): RequestHandler {
  return async (request, response) => {
    const body = readInput(SilenceBody, request.body, 'body', response)
    if (!body) return
    const now = Date.now()
    const { starts_at = new Date(now).toISOString(), ends_at, matchers, comment } = body
    const errors = [
      ...matchers.flatMap((matcher, index) => matcherFlaws(matcher, index)),
      ...timeFlaws(Date.parse(starts_at), Date.parse(ends_at), now),
    ]
    if (errors.length > 0) {
      const detail = errors.map(({ path, problem }) => `${path}: ${problem}`).join('; ')
      return sendProblem(response, 'SRE_SERVER_INVALID', detail, { errors })
    }
    const created_by = callerOf(request).name
    const silence: Silence = { id: `sil_${randomUUID()}`, matchers, starts_at, ends_at, created_by, comment }
    const { id: target, ...detail } = silence
    const act = { action: 'silence.create', target, detail }
    await auditAct(audit, { request, response }, act, () => silences.create(silence))
    response.status(201).location(`/api/silences/${target}`).json(silence)
  }
}

/** `DELETE /api/silences/:id`: ends it now; it stays on record. */
export function endSilence({ silences, audit }: SilenceDeps): RequestHandler<{ id: string }> {
  return async (request, response) => {
    const { id } = request.params
    const { name } = callerOf(request as Request)
    const act = { action: 'silence.end', target: id }
    const silence = await auditAct(audit, { request: request as Request, response }, act, async () => {
      const ended = await silences.end(id, name)
      if (!ended) throw new CodedError('SRE_SILENCES_UNKNOWN', 'no silence has this id')
      return ended
    })
    response.json(silence)
  }
}

/** Which silences. */
export const SilenceQuery = z.strictObject(
  { all: z.enum(['true', 'false'], { error: 'true or false' }).default('false') },
  { error: 'all' },
)

/** `GET /api/silences` */
export function listSilences({ silences }: SilenceDeps): RequestHandler {
  return async (request, response) => {
    const query = readInput(SilenceQuery, request.query, 'query', response)
    if (query) response.json({ silences: await silences.list({ all: query.all === 'true' }) })
  }
}
