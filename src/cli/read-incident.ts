import { z } from 'zod'
import { RecommendedAction } from '#src/domain/action.ts'
import type { ServiceTalk } from './with-service.ts'

/** What the commands need of an incident; without a decision there is nothing but its status. */
const ReadIncident = z.object({
  status: z.string(),
  summary: z.string().optional(),
  recommended_actions: z.array(RecommendedAction).default([]),
})

/** Asks for an incident. */
export async function readIncident(service: ServiceTalk, id: string): Promise<z.output<typeof ReadIncident>> {
  const { value } = await service.get({ path: `/api/incidents/${encodeURIComponent(id)}`, id, answer: ReadIncident })
  return value
}
