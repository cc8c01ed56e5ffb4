import type { z } from 'zod'
import type { FieldProblem } from './signal-draft.ts'

/** Zod's issues as problems of fields: path, what is wrong, what is allowed. */
export function fieldProblems(error: z.ZodError): FieldProblem[] {
  return error.issues.map((issue) => ({
    path: issue.path.map(String).join('.'),
    problem:
      issue.input === undefined && issue.code === 'invalid_type' ? 'is missing or of a wrong type' : issue.message,
    allowed: allowedBy(issue),
  }))
}

function allowedBy(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_type') return `a value of type ${issue.expected}`
  if (issue.code === 'too_big') return `at most ${issue.maximum} ${issue.origin === 'array' ? 'items' : 'characters'}`
  return issue.message
}
