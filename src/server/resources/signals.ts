import type { Request } from 'express'
import { z } from 'zod'
import { AdmissionResult } from '#src/domain/admission-result.ts'
import type { IntakeSource, SignalSource } from '#src/intake/port.ts'
import { Refusal } from '#src/server/problems.ts'
import { type Call, type Reply, type Resource, type Route, route } from '#src/server/route.ts'
import type { ServerDeps } from '#src/server/server-deps.ts'

const Accepted = z.object({ signals: z.array(AdmissionResult), trace_id: z.string() })

const TokenQuery = z.object({
  auth_token: z.string().optional().meta({ description: 'The token, where no header can be set' }),
})

/** A webhook: 202 as soon as every signal is on disk, with what became of each. */
function webhook(name: IntakeSource, source: SignalSource): Route {
  const { path, summary, example, maxMebibytes = 5, acceptsForms, acceptsQueryToken, wantsAnswer = false } = source
  return route({
    method: 'post',
    path,
    id: `take_${name}`,
    summary,
    description:
      'Answers as soon as every signal is on disk. A batch is accepted or refused as a whole, with the errors of every item.',
    right: 'signal',
    ...(acceptsQueryToken && { query: TokenQuery, queryToken: true }),
    body: { payload: name, signed: true, mebibytes: maxMebibytes, form: acceptsForms, example },
    answers: {
      200: { description: 'No signal: a handshake or a ping', json: z.record(z.string(), z.unknown()) },
      202: { description: 'What became of each signal', json: Accepted },
    },
    async handle(call, deps) {
      const delivered = await deliver(call, deps, { source: name, wants_answer: wantsAnswer })
      if ('json' in delivered) return delivered
      return { status: 202, json: { signals: delivered.signals, trace_id: call.trace_id } }
    },
  })
}

/** Where signals are delivered: one address per source. `/decide` is a resource of its own. */
export function signals(sources: ServerDeps['sources']): Resource {
  const names = Object.keys(sources) as IntakeSource[]
  return {
    tag: 'signals',
    routes: names.filter((name) => name !== 'decide').map((name) => webhook(name, sources[name])),
  }
}

const maxErrors = 300
const maxErrorsInDetail = 10

/** Hands a body to intake. The result of each signal, or a reply that the sender expects. Throws a Refusal where it is not accepted. */
export async function deliver(
  { request, caller, body, trace_id }: Call,
  { intake }: Pick<ServerDeps, 'intake'>,
  { source, wants_answer }: { source: IntakeSource; wants_answer: boolean },
): Promise<Reply | { signals: AdmissionResult[] }> {
  const headers = headersOf(request)
  const receipt = await intake.receive({ source, body, headers, wants_answer, caller: caller.name, trace_id })
  if (receipt.kind === 'reply') return { json: receipt.body }
  if (receipt.kind === 'invalid') {
    const errors = receipt.problems.slice(0, maxErrors)
    const first = errors.slice(0, maxErrorsInDetail).map(({ path, problem }) => `${path || 'the body'}: ${problem}`)
    const others = receipt.problems.length - first.length
    const detail = `${first.join('; ')}${others > 0 ? `; and ${others} more` : ''}`
    throw new Refusal('SRE_INTAKE_INVALID', detail, { errors })
  }
  const refused = receipt.results.find(({ status }) => status === 'refused')
  if (refused) throw new Refusal('SRE_INTAKE_REFUSED', refused.reason, { signals: receipt.results })
  return { signals: receipt.results }
}

/** All headers but credentials, which intake never receives. */
function headersOf(request: Request): Record<string, string | undefined> {
  const { authorization: _, cookie: _cookie, ...others } = request.headers
  return Object.fromEntries(
    Object.entries(others).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]),
  )
}
