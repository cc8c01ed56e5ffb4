import type { Response } from 'express'
import type { z } from 'zod'
import { sendProblem } from './send-problem.ts'
import type { FieldError } from './service-ports.ts'

/** Where an input stood; the code of its refusal follows from it. */
type Place = 'body' | 'query'

const codes: Record<Place, string> = { body: 'SRE_SERVER_INVALID', query: 'SRE_SERVER_QUERY_INVALID' }

/** The input as the schema has it; undefined where it was refused, and the answer is on its way. */
export function readInput<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  place: Place,
  response: Response,
): z.output<Schema> | undefined {
  const parsed = schema.safeParse(value, { reportInput: true })
  const errors = parsed.success ? nullCharacters(parsed.data, []) : parsed.error.issues.flatMap(problemsOf).slice(0, 50)
  if (parsed.success && errors.length === 0) return parsed.data
  const detail = errors.map(({ path, problem }) => `${path || `the ${place}`}: ${problem}`).join('; ')
  sendProblem(response, codes[place], detail, { errors })
  return undefined
}

/** The message of an issue says what is allowed there. */
function problemsOf(issue: z.core.$ZodIssue): FieldError[] {
  const path = issue.path.map(String).join('.').slice(0, 200)
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({
      path: [path, key.slice(0, 100)].filter(Boolean).join('.'),
      problem: 'is not known',
      allowed: issue.message,
    }))
  return [{ path, problem: issue.input === undefined ? 'is missing' : 'cannot be used', allowed: issue.message }]
}

/** No store keeps U+0000 in a text. */
function nullCharacters(value: unknown, path: string[]): FieldError[] {
  if (typeof value === 'string')
    return value.includes('\0')
      ? [{ path: path.join('.'), problem: 'holds the character U+0000', allowed: 'a text without it' }]
      : []
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, inner]) => nullCharacters(inner, [...path, key]))
}
