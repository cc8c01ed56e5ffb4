import type { Request, Response } from 'express'
import { z } from 'zod'
import type { Caller } from '#src/domain/role.ts'
import type { AuditedAction } from './access/audited.ts'
import type { Right } from './access/authorization.ts'
import type { IntakeSource } from './ports.ts'
import type { ServerDeps } from './server-deps.ts'

/*
 * A resource is a table of routes. The router, the rights, the validation and the OpenAPI document are all made from it, so that none of
 * them can differ from the others.
 */

/** The routes of one noun, and the schemas that the API's description lists by name. */
export interface Resource {
  tag: string
  /** The right that other methods of the routes, and unknown addresses below `path`, require. Absent: any known caller is answered. */
  below?: { path: string; right: Right }
  schemas?: Readonly<Record<string, z.ZodType>>
  routes: readonly Route[]
}

/** One method of one address. */
export interface RouteDefinition<Params extends z.ZodObject, Query extends z.ZodObject, Body extends z.ZodType> {
  method: 'get' | 'post' | 'put' | 'delete'
  path: string
  /** `operationId` of the description. */
  id: string
  summary: string
  description?: string
  deprecated?: true
  /** A page or a file: it is not part of the API's description. */
  undocumented?: true
  /** Absent: the route is public. The right `signal` counts against the limit of signals, every other against that of requests. */
  right?: Right
  /** Where the right depends on the request; `right` is described. */
  rightFor?: (request: Request) => Right
  /** The sender can set no header, so its token is read from `?auth_token=`, too. */
  queryToken?: true
  params?: PathParams<Params>
  query?: Query
  body?: JsonBody<Body> | PayloadBody
  /** It answers with a stream; the number of open streams is limited. */
  stream?: true
  answers: Readonly<Record<number, Answer>>
  /** Refusals of this route beside those that every route has, by status. */
  refusals?: Readonly<Record<number, string>>
  /** Without a reply, the handler has answered by itself. */
  handle(
    call: Call<z.output<Params>, z.output<Query>, z.output<Body>>,
    deps: ServerDeps,
  ): Reply | undefined | void | Promise<Reply | undefined | void>
}

/** A route of any input. */
export type Route = RouteDefinition<z.ZodObject, z.ZodObject, z.ZodType>

/** What stands in the path. A value that does not fit is answered with `unknown`: nothing can have such a name. */
export interface PathParams<Params extends z.ZodObject> {
  schema: Params
  unknown: { code: string; detail: string }
}

/** A body that is validated here. */
interface JsonBody<Body extends z.ZodType> {
  schema: Body
  /** For the description, where the handler validates further by what stands in the path. */
  described?: z.ZodType
  example?: object
  /** A missing body is an empty object. */
  optional?: boolean
}

/** A sender's payload, which intake reads and validates. */
export interface PayloadBody {
  payload: IntakeSource
  example?: object
  /** A signature of the body is accepted in place of a token. */
  signed?: true
  mebibytes?: number
  form?: boolean
}

/** An answer, for the description. */
export interface Answer {
  description: string
  json?: z.ZodType
  /** Server-sent events. */
  events?: true
  /** Name -> meaning. */
  headers?: Readonly<Record<string, string>>
}

/** One request, its input validated. */
export interface Call<Params = unknown, Query = unknown, Body = unknown> {
  params: Params
  query: Query
  body: Body
  /** Throws on a public route, where the caller may be unknown. */
  readonly caller: Caller
  trace_id: string
  request: Request
  response: Response
  /** Writes an action of the caller to the audit log, then carries it out. */
  audited: <T>(action: AuditedAction, work: () => Promise<T>) => Promise<T>
}

/** What a handler answers; 200 unless given. */
export interface Reply {
  status?: number
  headers?: Readonly<Record<string, string>>
  json: unknown
}

/** Defines a route, so that the handler's input has the types of the schemas. */
export function route<
  Params extends z.ZodObject = z.ZodObject,
  Query extends z.ZodObject = z.ZodObject,
  Body extends z.ZodType = z.ZodType,
>(definition: RouteDefinition<Params, Query, Body>): Route {
  return definition
}

const Id = z.object({ id: z.string().regex(/^[\w.-]{1,128}$/) })

/** `:id` in a path; `code` answers an id that no store gives out. */
export function idParams(code: string): PathParams<typeof Id> {
  return { schema: Id, unknown: { code, detail: 'nothing has such an id' } }
}
