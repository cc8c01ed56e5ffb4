import type { Executor } from './engine.ts'

/** The decision of an incident's last run, without its evidence and its actions. */
export function lastDecision(
  executor: Executor,
  incident_id: string,
): Promise<{ run_id: string; body: string } | undefined> {
  return executor
    .selectFrom('decisions')
    .innerJoin('runs', 'runs.id', 'decisions.run_id')
    .select(['decisions.run_id', 'decisions.body'])
    .where('decisions.incident_id', '=', incident_id)
    .orderBy('decisions.decided_at', 'desc')
    .orderBy('runs.attempt', 'desc')
    .executeTakeFirst()
}
