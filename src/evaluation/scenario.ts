import { readdir, readFile } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import { z } from 'zod'
import { ResourceRef } from '#src/domain/resource-ref.ts'

/** An action of a verdict: the kind is a free word, the target `Kind/namespace/name` with `*` as a wildcard. */
export const ExpectedAction = z.object({
  kind: z.string(),
  target: z.string(),
  params: z.record(z.string(), z.unknown()).default({}),
})
export type ExpectedAction = z.infer<typeof ExpectedAction>

const DecideBody = z.record(z.string(), z.unknown())

/** The right verdict of a recorded incident, as far as the grader reads it. */
export const Verdict = z.object({
  namespace: z.string(),
  event: DecideBody.optional(),
  symptom: z.string(),
  resource: ResourceRef,
  root_cause: z.string(),
  category: z.string(),
  keywords: z.array(z.string()).default([]),
  keywords_any: z.array(z.array(z.string())).default([]),
  needs_action: z.boolean(),
  good_actions: z.array(ExpectedAction).default([]),
  bad_actions: z.array(ExpectedAction).default([]),
  additional_faults: z.array(z.object({ resource: ResourceRef })).default([]),
})
export type Verdict = z.infer<typeof Verdict>

/** A recorded incident: where it lies and what is right. */
export interface Scenario {
  name: string
  folder: string
  verdict: Verdict
}

/** True for a recording in which nothing is wrong (any more). */
export function isHealthy(verdict: Verdict): boolean {
  return !verdict.needs_action && /healthy|recovered/i.test(verdict.category)
}

async function readVerdict(folder: string): Promise<Verdict | undefined> {
  const path = join(folder, 'expected.json')
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return
    throw error
  })
  if (text === undefined) return undefined
  const parsed = Verdict.safeParse(JSON.parse(text))
  if (!parsed.success) throw new Error(`${path} is no verdict: ${parsed.error.issues.map(nameIssue).join('; ')}`)
  return parsed.data
}

function nameIssue(issue: { path: PropertyKey[]; message: string }): string {
  return `${issue.path.join('.')}: ${issue.message}`
}

/**
 * The recorded incidents of a folder in order of their names; a folder that holds a verdict itself is one incident.
 * Folders without a verdict are left out.
 */
export async function loadScenarios(folder: string): Promise<Scenario[]> {
  const root = resolve(folder)
  const own = await readVerdict(root)
  if (own) return [{ name: basename(root), folder: root, verdict: own }]
  const scenarios: Scenario[] = []
  for (const name of (await readdir(root)).toSorted()) {
    const verdict = await readVerdict(join(root, name))
    if (verdict) scenarios.push({ name, folder: join(root, name), verdict })
  }
  return scenarios
}

/** The ways of asking about one incident. */
export const waysOfAsking = ['event', 'namespace', 'symptom'] as const
export type AskedBy = (typeof waysOfAsking)[number]

/** A way that the recording allows: where there was no event, a person's sentence takes its place. */
export function possibleWay(verdict: Verdict, way: AskedBy): AskedBy {
  return way === 'event' && !verdict.event ? 'symptom' : way
}

/** The body of POST /decide for a way of asking. */
export function questionFor(verdict: Verdict, way: AskedBy): Record<string, unknown> {
  const { namespace } = verdict
  const everything = { namespace, resource_kind: 'Namespace', resource_name: namespace }
  if (way === 'namespace') return everything
  if (way === 'event' && verdict.event) return verdict.event
  return { ...everything, event_data: { message: verdict.symptom } }
}
