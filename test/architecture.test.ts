import { existsSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import { dirname } from 'node:path'
import { describe, expect, it } from 'vitest'
import { functionSizes, sourceFiles, staticImports } from './helpers/source-tree.ts'

/*
 * The house, held by a test: who may import whom, no cycles, sizes, names, and tests that mirror the tree.
 * A room that is not in the table may not exist.
 */

const files = sourceFiles(['src', 'agents', 'teams', 'tools', 'practice'])

/**
 * Besides `domain` and `util`, and `import type` from the `port.ts` of any room. `*`: may import everything but practice. A name with a slash is
 * a folder of a room. Adapters take types of the ports that they implement.
 */
const mayImport: Record<string, readonly string[] | '*'> = {
  domain: [],
  util: [],
  config: [],
  telemetry: [],
  redaction: [],
  rules: [],
  logs: ['rules/kit'],
  causes: ['rules/kit'],
  policy: [],
  reporting: [],
  evaluation: [],
  tools: ['redaction', 'telemetry'],
  llm: ['redaction', 'telemetry'],
  agents: ['tools', 'llm', 'rules', 'logs', 'causes', 'policy'],
  teams: ['agents'],
  orchestrator: ['teams', 'agents'],
  remediation: ['policy', 'telemetry'],
  intake: ['telemetry'],
  incidents: ['telemetry'],
  observation: ['telemetry'],
  knowledge: ['telemetry'],
  investigations: ['telemetry'],
  server: ['reporting', 'telemetry'],
  cli: ['reporting', 'evaluation'],
  app: '*',
  practice: [],
}

function roomOf(path: string): string {
  const parts = path.split('/')
  if (parts[0] !== 'src') return parts[0] as string
  if (parts.length === 2 || parts[1] === 'wiring') return 'app'
  return parts[1] === 'adapters' ? `adapters/${parts[2]}` : (parts[1] as string)
}

/** Pure transitions, which stores call inside of their transactions. */
const pureForStores = /^src\/(?:incidents|remediation)\/(?:[a-z]+-)?lifecycle(?:-[a-z]+)?\.ts$/

/** What adapters implement: the ports of rooms, and the sources that tools read. */
const adapterPort = /^(?:src\/[a-z]+\/port|tools\/[a-z]+\/[a-z]+-(?:source|stream))\.ts$/

function isAllowed(from: string, to: string, typeOnly: boolean): boolean {
  const [source, target] = [roomOf(from), roomOf(to)]
  if (source === target) return true
  if (source === 'practice' || target === 'practice') return false
  if (target === 'util') return true
  if (source === 'util' || source === 'domain') return source === 'domain' && target === 'util'
  if (target === 'domain') return true
  if (source === 'adapters/sql' && pureForStores.test(to)) return true
  if (target === 'adapters/sql') return ['adapters/sqlite', 'adapters/postgres', 'app'].includes(source)
  if (source.startsWith('adapters/')) return typeOnly && adapterPort.test(to)
  if (typeOnly && to.endsWith('/port.ts') && target !== 'app') return true
  const allowed = mayImport[source]
  return allowed === '*' || (allowed ?? []).some((place) => target === place || to.startsWith(`src/${place}/`))
}

/** Families of rules share the kit and nothing else. */
function familyOf(path: string): string | undefined {
  const [, room, family, file] = path.split('/')
  return room === 'rules' && file !== undefined ? family : undefined
}

function crossesFamilies(from: string, to: string): boolean {
  const [source, target] = [familyOf(from), familyOf(to)]
  if (source === undefined || target === undefined || source === target) return false
  return target !== 'kit'
}

const importersOf = Map.groupBy(
  files.flatMap((file) => file.imports.map((imported) => ({ path: imported.path, from: file.path }))),
  ({ path }) => path,
)

/** Programs that tests start as processes: each with what starts it. */
const startedByTests: Record<string, string> = {
  'src/main.ts': 'bin/sre-agent.js',
  'practice/server/main.ts': 'practice/server/main.ts',
}

/** A file is private to its own folder, to the folder of which its own is a part, or to the wiring of the service. */
function isPrivate(path: string): boolean {
  const importers = (importersOf.get(path) ?? []).map(({ from }) => from)
  const [own, parent] = [dirname(path), dirname(dirname(path))]
  const folders = ['.', 'src'].includes(parent) ? [own] : [own, parent]
  if (folders.some((folder) => importers.every((from) => from.startsWith(`${folder}/`)))) return true
  return [path, ...importers].every((each) => roomOf(each) === 'app')
}

/** Types, comments and re-exports alone: nothing that could be run. */
function hasNoRuntimeCode(text: string): boolean {
  const code = stripTypeScriptTypes(text).replaceAll(/\/\*[^]*?\*\/|^\s*\/\/.*$/gm, '')
  const imports = /^\s*(?:import|export)\b[^'"=(]*?\bfrom\s+['"][^'"]+['"]|^\s*export\s*\{[^}]*\}/gm
  return code.replaceAll(imports, '').replaceAll(/[\s;]/g, '') === ''
}

describe('architecture', () => {
  it('knows every room', () => {
    const unknown = files
      .map((file) => roomOf(file.path))
      .filter((room) => !(room in mayImport) && !room.startsWith('adapters/'))
    expect([...new Set(unknown)]).toEqual([])
  })

  it.each<[string, string, boolean, boolean]>([
    ['src/util/x.ts', 'src/domain/x.ts', true, false],
    ['src/domain/x.ts', 'src/incidents/port.ts', true, false],
    ['src/domain/x.ts', 'src/util/x.ts', false, true],
    ['src/rules/kit/x.ts', 'src/domain/x.ts', false, true],
    ['src/rules/x.ts', 'src/logs/x.ts', false, false],
    ['src/logs/x.ts', 'src/rules/kit/x.ts', false, true],
    ['src/logs/x.ts', 'src/rules/jobs/jobs.ts', false, false],
    ['src/causes/x.ts', 'src/logs/x.ts', false, false],
    ['src/server/x.ts', 'src/incidents/port.ts', true, true],
    ['src/server/x.ts', 'src/incidents/port.ts', false, false],
    ['src/server/x.ts', 'src/incidents/worker.ts', true, false],
    ['src/adapters/redis/x.ts', 'src/incidents/port.ts', true, true],
    ['src/adapters/redis/x.ts', 'src/incidents/port.ts', false, false],
    ['src/adapters/redis/x.ts', 'src/telemetry/logger.ts', true, false],
    ['src/adapters/redis/x.ts', 'src/adapters/sql/x.ts', false, false],
    ['src/adapters/sqlite/x.ts', 'src/adapters/sql/x.ts', false, true],
    ['practice/server/x.ts', 'src/util/x.ts', false, false],
    ['src/cli/x.ts', 'practice/server/x.ts', true, false],
    ['src/wiring/x.ts', 'src/adapters/sqlite/x.ts', false, true],
  ])('judges %s -> %s (types alone: %s): %s', (from, to, typeOnly, allowed) => {
    expect(isAllowed(from, to, typeOnly)).toBe(allowed)
  })

  it('lets rooms import only what the table allows', () => {
    const broken = files.flatMap((file) =>
      file.imports
        .filter((imported) => !isAllowed(file.path, imported.path, imported.typeOnly))
        .map((imported) => `${file.path} -> ${imported.path}`),
    )
    expect(broken).toEqual([])
  })

  it('keeps families of rules apart', () => {
    const crossing = files.flatMap((file) =>
      file.imports
        .filter((imported) => crossesFamilies(file.path, imported.path))
        .map((imported) => `${file.path} -> ${imported.path}`),
    )
    expect(crossing).toEqual([])
  })

  it('has no import cycle, not even of types', () => {
    const graph = new Map(files.map((file) => [file.path, file.imports.map((imported) => imported.path)]))
    const state = new Map<string, 'open' | 'done'>()
    const cycles: string[] = []
    const visit = (path: string, trail: string[]): void => {
      if (state.get(path) === 'done') return
      if (state.get(path) === 'open') {
        cycles.push([...trail.slice(trail.indexOf(path)), path].join(' -> '))
        return
      }
      state.set(path, 'open')
      for (const next of graph.get(path) ?? []) visit(next, [...trail, path])
      state.set(path, 'done')
    }
    for (const path of graph.keys()) visit(path, [])
    expect(cycles).toEqual([])
  })

  it('never lets src know the practice cluster, nor the practice cluster src', () => {
    const named = files
      .filter((file) => roomOf(file.path) !== 'practice')
      .flatMap((file) => file.imports.filter((imported) => imported.path.startsWith('practice')))
    expect(named).toEqual([])
  })

  it('loads the grader with sre-agent eval alone, and never with the service or a worker', () => {
    const users = files.filter((file) => file.imports.some(({ path }) => path.startsWith('src/evaluation/')))
    expect(users.map((file) => file.path).filter((path) => roomOf(path) !== 'evaluation')).toEqual([
      'src/cli/commands/eval.ts',
    ])
    const loading = files.filter((file) => file.imports.some(({ path }) => path === 'src/cli/commands/eval.ts'))
    expect(loading.map((file) => file.path)).toEqual(['src/cli/run-cli.ts'])
    expect(staticImports('src/main.ts')).not.toContain('src/cli/commands/eval.ts')
    const service = staticImports('src/cli/commands/serve.ts', 'src/cli/commands/worker.ts', 'src/app.ts')
    expect(service.size).toBeGreaterThan(100)
    expect([...service].filter((path) => path.startsWith('src/evaluation/'))).toEqual([])
  })

  it('wires the service without the command line', () => {
    const reached = [...staticImports('src/app.ts')]
    expect(reached.filter((path) => path.startsWith('src/cli/'))).toEqual([])
  })

  it('opens expected verdicts only in the evaluation, and recipes nowhere', () => {
    const readers = files.filter((file) => file.text.includes('expected.json')).map((file) => roomOf(file.path))
    expect([...new Set(readers)].filter((room) => room !== 'evaluation')).toEqual([])
    expect(files.filter((file) => /manifest\.yaml|steps\.sh/.test(file.text)).map((file) => file.path)).toEqual([])
  })

  it('keeps files small: 400 lines at most', () => {
    const long = files
      .map((file) => ({ path: file.path, lines: file.text.split('\n').length }))
      .filter((file) => file.lines > 400)
    expect(long).toEqual([])
  })

  it('keeps functions small: 60 lines at most', () => {
    const long = files.flatMap((file) =>
      functionSizes(file.text)
        .filter((size) => size.lines > 60)
        .map((size) => `${file.path} ${size.name} ${size.lines}`),
    )
    expect(long).toEqual([])
  })

  it('keeps most functions short: 35 lines for 95 of 100', () => {
    const lengths = files
      .flatMap((file) => functionSizes(file.text).map(({ lines }) => lines))
      .toSorted((a, b) => a - b)
    expect(lengths.length).toBeGreaterThan(1_000)
    expect(lengths[Math.floor(lengths.length * 0.95)]).toBeLessThanOrEqual(35)
  })

  it('names files in kebab-case and without empty words', () => {
    const names = files.map((file) => file.path.split('/').at(-1) as string)
    expect(names.filter((name) => !/^[a-z0-9]+(?:-[a-z0-9]+)*\.ts$/.test(name))).toEqual([])
    expect(names.filter((name) => /(?:^|-)(?:utils?|helpers?|manager|types|misc|common)\.ts$/.test(name))).toEqual([])
  })

  it('names files of other folders from the root, and never climbs', () => {
    const climbing = [...files, ...sourceFiles(['test'])].filter((file) =>
      /\b(?:from|import)\b\s*\(?\s*['"]\.\.\//.test(file.text),
    )
    expect(climbing.map((file) => file.path)).toEqual([])
  })

  it('mirrors the tree: a test file stands for a source file, or for a part of one in a folder of its name', () => {
    const tests = sourceFiles(
      ['test/src', 'test/agents', 'test/teams', 'test/tools'].filter((folder) => existsSync(folder)),
    )
    const orphans = tests
      .filter((file) => file.path.endsWith('.test.ts'))
      .map((file) => file.path.replace(/^test\//, '').replace(/\.test\.ts$/, '.ts'))
      .filter((path) => ![path, path.replace(/\.ts$/, ''), `${dirname(path)}.ts`].some((place) => existsSync(place)))
    expect(orphans).toEqual([])
  })

  it('has a test for every source file, or for what it is a private part of', () => {
    const tests = sourceFiles(['test'])
    const imported = new Set(tests.flatMap(({ imports }) => imports.map(({ path }) => path)))
    const tested = new Map<string, boolean>()
    const isTested = (path: string): boolean => {
      const known = tested.get(path)
      if (known !== undefined) return known
      const importers = importersOf.get(path) ?? []
      const result =
        imported.has(path) ||
        path in startedByTests ||
        (isPrivate(path) && importers.some(({ from }) => isTested(from)))
      tested.set(path, result)
      return result
    }
    const untested = files.filter(({ path, text }) => !isTested(path) && !hasNoRuntimeCode(text))
    expect(untested.map(({ path }) => path)).toEqual([])
    const unstarted = Object.values(startedByTests).filter((file) => !tests.some(({ text }) => text.includes(file)))
    expect(unstarted).toEqual([])
  })

  it('speaks of nobody who made it and of no place where it was made', () => {
    const words = /\b(?:as an ai|language model wrote|claude code|copilot|chatgpt)\b|registry\.npmjs|\/work\//i
    expect(files.filter((file) => words.test(file.text)).map((file) => file.path)).toEqual([])
  })

  it('leaves no unfinished word in the tree', () => {
    expect(files.filter((file) => /\b(?:TODO|FIXME|XXX)\b/.test(file.text)).map((file) => file.path)).toEqual([])
  })
})
