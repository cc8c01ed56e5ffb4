import { oddText, oddValue } from './odd-values.ts'
import type { Random } from './random.ts'

/** A JSON Schema, as far as the API's description uses it. */
export interface Schema {
  $ref?: string
  type?: string | string[]
  enum?: unknown[]
  const?: unknown
  anyOf?: Schema[]
  oneOf?: Schema[]
  allOf?: Schema[]
  properties?: Record<string, Schema>
  required?: string[]
  additionalProperties?: boolean | Schema
  items?: Schema
  format?: string
}

/** How to build values: `schemas` resolves references, `oddness` is the part of places where something else stands. */
export interface ValuePlan {
  random: Random
  schemas: Record<string, Schema>
  oddness: number
}

const names = ['payments', 'shop', 'gateway', 'cart-7d9f8b6c5-x2x9k', 'web-0', 'critical', 'firing', 'BackOff', 'abc']

/** A value that fits the schema, but for its odd places. */
export function valueOf(schema: Schema | undefined, plan: ValuePlan, depth = 0): unknown {
  const { random, oddness, schemas } = plan
  if (!schema || depth > 12 || random.chance(oddness)) return oddValue(random)
  if (schema.$ref) return valueOf(schemas[schema.$ref.split('/').at(-1) ?? ''], plan, depth + 1)
  if (schema.const !== undefined) return schema.const
  if (schema.enum) return random.pick(schema.enum)
  const choices = schema.anyOf ?? schema.oneOf ?? schema.allOf
  if (choices) return valueOf(random.pick(choices), plan, depth + 1)
  const type = Array.isArray(schema.type) ? random.pick(schema.type) : schema.type
  if (type === 'object' || schema.properties) return objectOf(schema, plan, depth)
  if (type === 'array')
    return Array.from({ length: random.pick([0, 1, 1, 2, 3, 20]) }, () => valueOf(schema.items, plan, depth + 1))
  if (type === 'integer' || type === 'number') return random.pick([0, 1, 2, 7, 100, 1_700_000_000])
  if (type === 'boolean') return random.chance(0.5)
  if (type === 'null') return null
  if (type === 'string') return textOf(schema, random)
  return oddValue(random)
}

function objectOf(schema: Schema, plan: ValuePlan, depth: number): Record<string, unknown> {
  const { random, oddness } = plan
  const pairs: [string, unknown][] = []
  for (const [key, inner] of Object.entries(schema.properties ?? {})) {
    const isLeftOut = schema.required?.includes(key) ? random.chance(oddness) : random.chance(0.4)
    if (!isLeftOut) pairs.push([key, valueOf(inner, plan, depth + 1)])
  }
  const others = schema.additionalProperties
  if (typeof others === 'object' || (others !== false && random.chance(0.1)))
    for (let count = random.whole(4); count > 0; count--) {
      const key = random.chance(oddness) ? oddText(random) : random.pick(names)
      pairs.push([key, typeof others === 'object' ? valueOf(others, plan, depth + 1) : oddValue(random)])
    }
  return Object.fromEntries(pairs)
}

function textOf({ format }: Schema, random: Random): string {
  if (format === 'date-time') return random.pick(['2026-11-21T08:00:00Z', '2031-01-01T00:00:00+02:00'])
  return random.pick(names)
}
