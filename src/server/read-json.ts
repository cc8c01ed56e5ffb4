import type { IncomingMessage } from 'node:http'
import express, { type RequestHandler } from 'express'
import { sendProblem } from './send-problem.ts'

const mebibyte = 1024 * 1024
const formType = 'application/x-www-form-urlencoded'
const isJson = /^application\/(?:[\w.-]+\+)?json$/i

/** How a body is read. */
export interface BodyOptions {
  /** Most bytes, in MiB. */
  mebibytes: number
  /** No body at all is `undefined`, not an error. */
  optional?: boolean
  /** What an HTML form would send is taken, too: some senders know nothing else. */
  form?: boolean
  /** Sees the bytes before they are parsed; what it throws is the answer. */
  inspect?: (request: IncomingMessage, body: Buffer) => void
}

/** Reads a JSON body of bounded size; other content types are refused. */
export function readJson({ mebibytes, optional = false, form = false, inspect }: BodyOptions): RequestHandler[] {
  const requireJson: RequestHandler = (request, response, next) => {
    const type = request.headers['content-type']?.split(';', 1)[0]?.trim()
    if (type && (isJson.test(type) || (form && type === formType))) return next()
    if (optional && type === undefined && !hasBody(request)) return next()
    const given = type ? `it is ${JSON.stringify(type.slice(0, 100))}` : 'it is not given'
    sendProblem(response, 'SRE_SERVER_CONTENT_TYPE', `Content-Type must be application/json; ${given}`)
  }
  const verify = inspect && ((request: IncomingMessage, _response: unknown, body: Buffer) => inspect(request, body))
  const limit = mebibytes * mebibyte
  return [
    requireJson,
    ...(form ? [express.urlencoded({ limit, extended: false, parameterLimit: 100, verify })] : []),
    express.json({ limit, type: (request) => !isForm(request), strict: false, verify }),
  ]
}

function isForm({ headers }: IncomingMessage): boolean {
  return headers['content-type']?.split(';', 1)[0]?.trim() === formType
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0
}
