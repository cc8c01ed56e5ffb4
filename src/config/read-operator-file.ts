import { readFileSync } from 'node:fs'
import { relative } from 'node:path'
import { parse as parseYaml } from 'yaml'
import { z } from 'zod'
import type { ConfigProblem } from './config.ts'

/** Where a YAML file is expected, and what it may hold. */
export interface OperatorFile<Schema extends z.ZodType> {
  /** Absent: the defaults. */
  path: string | undefined
  root: string
  schema: Schema
}

/** The file's content, or the defaults where there is none; problems are added to `problems`. */
export function readOperatorFile<Schema extends z.ZodType>(
  file: OperatorFile<Schema>,
  problems: ConfigProblem[],
): z.output<Schema> | undefined {
  const name = file.path ? shortName(file.path, file.root) : ''
  const content = file.path ? readYaml(file.path, name, problems) : { value: {} }
  if (!content) return undefined
  const parsed = file.schema.safeParse(content.value)
  if (parsed.success) return parsed.data
  for (const issue of parsed.error.issues) problems.push(...problemsOf(issue, content.value, name, file.schema))
  return undefined
}

function shortName(path: string, root: string): string {
  const short = relative(root, path)
  return short.startsWith('..') ? path : short
}

function readYaml(path: string, name: string, problems: ConfigProblem[]): { value: unknown } | undefined {
  try {
    return { value: parseYaml(readFileSync(path, 'utf8')) ?? {} }
  } catch (error) {
    const why = error instanceof Error ? (error.message.split('\n')[0] ?? '') : 'unreadable'
    problems.push({ where: name, was: JSON.stringify(why), allowed: 'a readable file of valid YAML' })
    return undefined
  }
}

function problemsOf(issue: z.core.$ZodIssue, content: unknown, name: string, schema: z.ZodType): ConfigProblem[] {
  const place = (path: PropertyKey[]) => (path.length > 0 ? `${name}: ${path.map(String).join('.')}` : name)
  if (issue.code !== 'unrecognized_keys')
    return [{ where: place(issue.path), was: shown(valueAt(content, issue.path)), allowed: issue.message }]
  const known = keysAt(schema, issue.path).join(', ')
  return issue.keys.map((key) => ({
    where: place([...issue.path, key]),
    was: 'not a known key',
    allowed: `the keys ${known}`,
  }))
}

function shown(value: unknown): string {
  return (JSON.stringify(value) ?? 'not given').slice(0, 200)
}

function valueAt(content: unknown, path: PropertyKey[]): unknown {
  let value = content
  for (const key of path) value = isRecord(value) ? value[String(key)] : undefined
  return value
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

/** The keys that an object of the schema knows at a path. */
function keysAt(schema: z.ZodType, path: PropertyKey[]): string[] {
  let current: unknown = schema
  for (const key of path) current = innerOf(current, String(key))
  return Object.keys(shapeOf(current))
}

function innerOf(schema: unknown, key: string): unknown {
  const outer = unwrapped(schema)
  if (outer instanceof z.ZodRecord) return outer.valueType
  return outer instanceof z.ZodArray ? outer.element : shapeOf(outer)[key]
}

function shapeOf(schema: unknown): Record<string, unknown> {
  const inner = unwrapped(schema)
  return inner instanceof z.ZodObject ? inner.shape : {}
}

function unwrapped(schema: unknown): unknown {
  let inner = schema
  while (inner instanceof z.ZodPrefault || inner instanceof z.ZodDefault) inner = inner.unwrap()
  return inner
}
