import { oddText, oddValue } from './odd-values.ts'
import type { Random } from './random.ts'
import { recordedPayloads, spoil } from './recorded-payloads.ts'
import { type Schema, valueOf } from './value-of-schema.ts'

/** An operation of the API's description. */
export interface Operation {
  method: string
  path: string
  parameters: { name: string; in: string; schema?: Schema }[]
  body: Schema | undefined
  statuses: string[]
}

/** The description, as far as requests are built from it. */
export interface ApiDescription {
  paths: Record<string, Record<string, RawOperation>>
  components?: { schemas?: Record<string, Schema> }
}

interface RawOperation {
  parameters?: Operation['parameters']
  requestBody?: { content?: Record<string, { schema?: Schema }> }
  responses?: object
}

/** One request that the description allows, or nearly. */
export interface FuzzRequest {
  operation: Operation
  path: string
  method: string
  headers: Record<string, string>
  body?: string | Buffer
}

/** All operations. */
export function operationsOf({ paths }: ApiDescription): Operation[] {
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { parameters = [], requestBody, responses = {} }]) => ({
      method: method.toUpperCase(),
      path,
      parameters,
      body: requestBody?.content?.['application/json']?.schema,
      statuses: Object.keys(responses),
    })),
  )
}

/** What a request is built from. `ids`: of what is there. */
interface Ingredients {
  random: Random
  schemas: Record<string, Schema>
  ids: readonly string[]
}

const otherMethods = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS']

/** Builds a request: mostly near what is described, sometimes far from it. */
export function buildRequest(operation: Operation, ingredients: Ingredients): FuzzRequest {
  const { random } = ingredients
  const path = `${fillPath(operation.path, ingredients)}${queryOf(operation, ingredients)}`
  const method = random.chance(0.03) ? random.pick(otherMethods) : operation.method
  const headers: Record<string, string> = {}
  if (random.chance(0.05)) headers['last-event-id'] = headerText(oddText(random))
  if (random.chance(0.03)) headers['authorization'] = headerText(`Bearer ${oddText(random)}`)
  if (random.chance(0.03)) headers['traceparent'] = headerText(oddText(random))
  if (random.chance(0.05)) headers['x-github-event'] = random.pick(['push', 'check_run', 'workflow_run', 'ping', 'x'])
  if (method === 'GET' || method === 'HEAD') return { operation, path, method, headers }
  const body = bodyOf(operation, ingredients)
  if (body !== undefined)
    headers['content-type'] = random.chance(0.03)
      ? random.pick(['text/plain', 'application/json; charset=utf-16', 'application/x-www-form-urlencoded', 'a/b+json'])
      : 'application/json'
  if (random.chance(0.01)) headers['content-encoding'] = random.pick(['gzip', 'br', 'identity', 'x'])
  return { operation, path, method, headers, ...(body !== undefined && { body }) }
}

function fillPath(path: string, { random, ids }: Ingredients): string {
  return path.replaceAll(/\{\w+\}/g, () => {
    const text = ids.length > 0 && random.chance(0.7) ? random.pick(ids) : oddText(random) || 'x'
    // A lone surrogate cannot be written into an address; a broken escape can.
    return random.chance(0.02) ? '%E0%A4%A' : encodeURIComponent(text.toWellFormed().slice(0, 400))
  })
}

function queryOf({ parameters }: Operation, ingredients: Ingredients): string {
  const { random } = ingredients
  const plan = { ...ingredients, oddness: 0.25 }
  const pairs = parameters
    .filter((parameter) => parameter.in === 'query' && random.chance(0.5))
    .map(({ name, schema }): [string, unknown] => [name, valueOf(schema, plan)])
  if (random.chance(0.05)) pairs.push([oddText(random).slice(0, 50), oddValue(random)])
  if (pairs.length > 0 && random.chance(0.05)) pairs.push(pairs[0] as [string, unknown])
  const text = pairs.map(([name, value]) => `${encode(name)}=${encode(value)}`).join('&')
  return text && `?${text}`
}

function encode(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '')
  return encodeURIComponent(text.toWellFormed().slice(0, 1_500))
}

function headerText(text: string): string {
  return text.replaceAll(/[^\x20-\x7e]/g, '?').slice(0, 500)
}

function bodyOf({ body, path }: Operation, ingredients: Ingredients): string | Buffer | undefined {
  const { random } = ingredients
  if (!body) return random.chance(0.3) ? JSON.stringify(oddValue(random)) : undefined
  const recorded = recordedPayloads(path)
  const seen = recorded.length > 0 && random.chance(0.5)
  const value = seen
    ? spoil(random.pick(recorded), random)
    : valueOf(body, { ...ingredients, oddness: random.pick([0, 0.02, 0.1, 0.4]) })
  const text = JSON.stringify(value) ?? ''
  const damage = random.whole(60)
  if (damage === 0) return text.slice(0, random.whole(text.length + 1))
  if (damage === 1) return Buffer.concat([Buffer.from([0xff, 0xfe, 0x00, random.whole(256)]), Buffer.from(text)])
  if (damage === 2) return `\ufeff${text}`
  if (damage === 3) return text.replace('{', '{"__proto__":{"polluted":true},"constructor":{"prototype":{}},')
  if (damage === 4) return JSON.stringify(Array.from({ length: 1_001 }, () => value)).slice(0, 6_000_000)
  if (damage === 5) return ''
  return text
}
