import { refOf } from '#src/domain/cluster-view.ts'
import type { Blame } from '#src/domain/finding.ts'
import type { Job } from '#src/domain/kubernetes/objects.ts'
import type { Situation } from './situation.ts'

/** What a job that brings a schema up to date is called, or what it runs. */
const migrates = /migrat|flyway|liquibase|alembic|schema|knex|prisma|(?:^|[-_/])db[-_]?(?:init|setup|upgrade|update)/i

/**
 * Jobs of the namespace that should have brought the schema up to date and gave up: what they leave undone is what a program then
 * misses. A job that migrates and completed later has made up for it.
 */
export function failedMigrations({ view, namespace, workload }: Situation): Blame[] {
  const jobs = view
    .list('Job')
    .filter((job) => job.metadata.namespace === namespace && job.metadata.name !== workload.name && isMigration(job))
    .toSorted((left, right) => createdAt(right).localeCompare(createdAt(left)))
  const [newest] = jobs
  if (!newest || !holds(newest, 'Failed')) return []
  const because = `Job ${newest.metadata.name}, which changes the schema, failed`
  return [{ resource: refOf(newest), because }]
}

function isMigration({ metadata, spec }: Job): boolean {
  const texts = (spec.template?.spec.containers ?? []).flatMap(({ name, image, command = [], args = [] }) => [
    name,
    image ?? '',
    ...command,
    ...args,
  ])
  return [metadata.name, ...texts].some((text) => migrates.test(text))
}

function createdAt(job: Job): string {
  return job.metadata.creationTimestamp ?? ''
}

function holds(job: Job, type: string): boolean {
  return (job.status?.conditions ?? []).some((condition) => condition.type === type && condition.status === 'True')
}
