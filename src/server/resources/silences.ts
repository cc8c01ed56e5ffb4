import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { CodedError } from '#src/domain/coded-error.ts'
import { matcherProblem } from '#src/domain/matcher-problem.ts'
import { Matcher, Silence } from '#src/domain/silence.ts'
import { type FieldError, invalidInput } from '#src/server/problems.ts'
import { freeText, moment } from '#src/server/input-fields.ts'
import { idParams, type Resource, route } from '#src/server/route.ts'

const SilenceList = z.object({ silences: z.array(Silence) })

const SilenceBody = z.strictObject(
  {
    matchers: z.array(Matcher, { error: 'a list of 1 to 20 matchers' }).min(1).max(20),
    /** Absent: now. */
    starts_at: moment().optional(),
    ends_at: moment(),
    comment: freeText('a comment', 1000),
  },
  { error: 'an object with matchers, starts_at, ends_at, comment' },
)

const SilenceQuery = z.strictObject(
  { all: z.enum(['true', 'false'], { error: 'true or false' }).default('false') },
  { error: 'all' },
)

const maxDurationMs = 366 * 86_400_000

/** A matcher that can never match would silence nothing. */
function matcherErrors(matcher: Matcher, index: number): FieldError[] {
  const flaw = matcherProblem(matcher)
  return flaw ? [{ path: `matchers.${index}.${flaw.field}`, problem: 'cannot be used', allowed: flaw.allowed }] : []
}

function timeErrors(from: number, until: number, now: number): FieldError[] {
  if (until <= now || until <= from)
    return [{ path: 'ends_at', problem: 'is not in the future or not after starts_at', allowed: 'a later time' }]
  if (until - from <= maxDurationMs) return []
  return [{ path: 'ends_at', problem: 'is too late', allowed: 'at most 366 days after starts_at' }]
}

function newSilence(body: z.output<typeof SilenceBody>, created_by: string): Silence {
  const now = Date.now()
  const { starts_at = new Date(now).toISOString(), ends_at, matchers, comment } = body
  const errors = [
    ...matchers.flatMap((matcher, index) => matcherErrors(matcher, index)),
    ...timeErrors(Date.parse(starts_at), Date.parse(ends_at), now),
  ]
  if (errors.length > 0) throw invalidInput('SRE_SERVER_INVALID', errors)
  return { id: `sil_${randomUUID()}`, matchers, starts_at, ends_at, created_by, comment }
}

const example = {
  matchers: [{ field: 'namespace', operator: '=', value: 'staging' }],
  ends_at: '2030-01-01T06:00:00Z',
  comment: 'migration of the database',
}

/** Silences that people make. */
export const silences: Resource = {
  tag: 'silences',
  below: { path: '/api/silences', right: 'read' },
  routes: [
    route({
      method: 'get',
      path: '/api/silences',
      id: 'listSilences',
      summary: 'Silences that have not ended, or all',
      right: 'read',
      query: SilenceQuery,
      answers: { 200: { description: 'The latest start first', json: SilenceList } },
      handle: async ({ query }, { silences: port }) => ({
        json: { silences: await port.list({ all: query.all === 'true' }) },
      }),
    }),
    route({
      method: 'post',
      path: '/api/silences',
      id: 'createSilence',
      summary: 'Silence the signals that match all matchers',
      right: 'operate',
      body: { schema: SilenceBody, example },
      answers: { 201: { description: 'The silence', json: Silence } },
      async handle({ body, caller, audited }, { silences: port }) {
        const silence = newSilence(body, caller.name)
        const { id: target, ...detail } = silence
        await audited({ action: 'silence.create', target, detail }, () => port.create(silence))
        return { status: 201, headers: { Location: `/api/silences/${target}` }, json: silence }
      },
    }),
    route({
      method: 'delete',
      path: '/api/silences/:id',
      id: 'endSilence',
      summary: 'End a silence now; it stays on record',
      right: 'operate',
      params: idParams('SRE_SILENCES_UNKNOWN'),
      answers: { 200: { description: 'The silence after its end', json: Silence } },
      refusals: { 404: 'There is no such silence' },
      async handle({ params: { id }, caller, audited }, { silences: port }) {
        const silence = await audited({ action: 'silence.end', target: id }, async () => {
          const ended = await port.end(id, caller.name)
          if (!ended) throw new CodedError('SRE_SILENCES_UNKNOWN', 'no silence has this id')
          return ended
        })
        return { json: silence }
      },
    }),
  ],
}
