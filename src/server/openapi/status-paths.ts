import { z } from 'zod'
import { Health, Readiness, ReadinessCheck } from '#src/domain/health.ts'
import { WorkflowInfo } from '#src/domain/workflow-info.ts'
import { type Paths, jsonAnswer, operation } from './operation.ts'

const HealthAnswer = z.union([Health, Health.pick({ status: true })])
const ReadinessAnswer = Readiness.extend({ checks: z.array(ReadinessCheck) })

/** How the service is, and how it thinks. */
export function statusPaths(): Paths {
  return {
    '/workflow/info': {
      get: operation({
        id: 'workflowInfo',
        summary: 'How the service thinks',
        right: 'read',
        answers: { 200: jsonAnswer('Teams, stop conditions, minds', WorkflowInfo) },
      }),
    },
    '/health': {
      get: operation({
        id: 'health',
        summary: 'Is it well',
        description: 'Who is not known hears the status alone.',
        answers: {
          200: jsonAnswer('It answers, perhaps without seeing everything', HealthAnswer),
          503: jsonAnswer('It cannot keep what it is given', HealthAnswer),
        },
      }),
    },
    '/ready': {
      get: operation({
        id: 'ready',
        summary: 'Could a run be done now',
        description: 'Probes what a run needs. Who is not known hears no details.',
        answers: {
          200: jsonAnswer('It could', ReadinessAnswer),
          503: jsonAnswer('It could not; the checks say what is missing', ReadinessAnswer),
        },
      }),
    },
  }
}
