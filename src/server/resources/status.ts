import { z } from 'zod'
import { Health } from '#src/domain/health.ts'
import { Readiness, ReadinessCheck } from '#src/domain/readiness.ts'
import { WorkflowInfo } from '#src/domain/workflow-info.ts'
import { knownCaller } from '#src/server/access/authentication.ts'
import { type Call, type Reply, type Resource, route } from '#src/server/route.ts'
import type { ServerDeps } from '#src/server/server-deps.ts'

const HealthAnswer = z.union([Health, Health.pick({ status: true })])
const ReadinessAnswer = Readiness.extend({ checks: z.array(ReadinessCheck) })

async function showReadiness({ request }: Call, { readiness, stopping }: ServerDeps): Promise<Reply> {
  const { ready, checks } = await readiness()
  const service = { name: 'service' as const, status: 'missing' as const, detail: 'it is stopping' }
  const all = stopping.aborted ? [service, ...checks] : checks
  const shown = knownCaller(request) ? all : all.map(({ name, status: state }) => ({ name, status: state }))
  const isReady = ready && !stopping.aborted
  return {
    status: isReady ? 200 : 503,
    ...(!isReady && { headers: { 'Retry-After': '5' } }),
    json: { ready: isReady, checks: shown },
  }
}

/** The state of the service, and how it works. */
export const status: Resource = {
  tag: 'status',
  schemas: { WorkflowInfo, Health },
  routes: [
    route({
      method: 'get',
      path: '/workflow/info',
      id: 'workflowInfo',
      summary: 'How the service investigates',
      right: 'read',
      answers: { 200: { description: 'Teams, stop conditions, minds', json: WorkflowInfo } },
      handle: (_call, { workflow }) => ({ json: workflow() }),
    }),
    route({
      method: 'get',
      path: '/health',
      id: 'health',
      summary: 'Whether the process works',
      description: 'Unknown callers receive only the status.',
      answers: {
        200: { description: 'It works, perhaps without seeing everything', json: HealthAnswer },
        503: { description: 'It cannot store what it receives', json: HealthAnswer },
      },
      async handle({ request }, { health }) {
        const state = await health()
        const json = knownCaller(request) ? state : { status: state.status }
        return { status: state.status === 'broken' ? 503 : 200, json }
      },
    }),
    route({
      method: 'get',
      path: '/ready',
      id: 'ready',
      summary: 'Whether a run is possible now',
      description: 'Checks what a run needs. Unknown callers receive no details.',
      answers: {
        200: { description: 'A run is possible', json: ReadinessAnswer },
        503: { description: 'A run is not possible; the checks name what is missing', json: ReadinessAnswer },
      },
      handle: showReadiness,
    }),
  ],
}
