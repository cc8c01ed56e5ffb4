import { readdir, readFile } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import { type Scenario, Verdict } from './scenario.ts'

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
