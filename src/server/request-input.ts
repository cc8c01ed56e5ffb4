import type { IncomingMessage } from 'node:http'
import express, { type RequestHandler } from 'express'
import type { z } from 'zod'
import { type FieldError, invalidInput, Refusal } from './problems.ts'

/* How bodies are read, and how bodies and queries are validated. */

const mebibyte = 1024 * 1024
const formType = 'application/x-www-form-urlencoded'
const isJson = /^application\/(?:[\w.-]+\+)?json$/i

/** How a body is read. */
export interface BodyOptions {
  /** Maximum size in MiB; 1 unless given. */
  mebibytes?: number
  /** A missing body is `undefined`, not an error. */
  optional?: boolean
  /** HTML forms are accepted, too: some senders send nothing else. */
  form?: boolean
  /** Receives the bytes before they are parsed; an error that it throws is the answer. */
  verify?: (request: IncomingMessage, body: Buffer) => void
}

/** Reads a JSON body of limited size; other content types are refused. */
export function readJson({ mebibytes = 1, optional = false, form = false, verify }: BodyOptions): RequestHandler[] {
  const requireJson: RequestHandler = (request, _response, next) => {
    const type = request.headers['content-type']?.split(';', 1)[0]?.trim()
    if (type && (isJson.test(type) || (form && type === formType))) return next()
    if (optional && type === undefined && !hasBody(request)) return next()
    const given = type ? `it is ${JSON.stringify(type.slice(0, 100))}` : 'it is not given'
    throw new Refusal('SRE_SERVER_CONTENT_TYPE', `Content-Type must be application/json; ${given}`)
  }
  const options = {
    limit: mebibytes * mebibyte,
    verify: verify && ((request: IncomingMessage, _response: unknown, body: Buffer) => verify(request, body)),
  }
  return [
    requireJson,
    ...(form ? [express.urlencoded({ ...options, extended: false, parameterLimit: 100 })] : []),
    express.json({ ...options, type: (request) => !isForm(request), strict: false }),
  ]
}

function isForm({ headers }: IncomingMessage): boolean {
  return headers['content-type']?.split(';', 1)[0]?.trim() === formType
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0
}

const codes = { body: 'SRE_SERVER_INVALID', query: 'SRE_SERVER_QUERY_INVALID' }

/** The validated input. Throws a Refusal that names every field that cannot be used. */
export function parseInput<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  place: 'body' | 'query',
): z.output<Schema> {
  const parsed = schema.safeParse(value, { reportInput: true })
  const errors = parsed.success
    ? nullCharacters(parsed.data, [])
    : parsed.error.issues.flatMap(fieldErrors).slice(0, 50)
  if (parsed.success && errors.length === 0) return parsed.data
  throw invalidInput(codes[place], errors, `the ${place}`)
}

/** The message of an issue says what is allowed there. */
function fieldErrors(issue: z.core.$ZodIssue): FieldError[] {
  const path = issue.path.map(String).join('.').slice(0, 200)
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({
      path: [path, key.slice(0, 100)].filter(Boolean).join('.'),
      problem: 'is not known',
      allowed: issue.message,
    }))
  return [{ path, problem: issue.input === undefined ? 'is missing' : 'cannot be used', allowed: issue.message }]
}

/** The stores cannot keep U+0000 in a text. */
function nullCharacters(value: unknown, path: string[]): FieldError[] {
  if (typeof value === 'string')
    return value.includes('\0')
      ? [{ path: path.join('.'), problem: 'contains the character U+0000', allowed: 'a text without it' }]
      : []
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, inner]) => nullCharacters(inner, [...path, key]))
}
