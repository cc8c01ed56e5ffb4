import type { IncomingMessage } from 'node:http'
import express, { type RequestHandler } from 'express'
import { sendProblem } from './send-problem.ts'

const mebibyte = 1024 * 1024
const isJson = /^application\/(?:[\w.-]+\+)?json$/i

/** How a body is read. */
export interface BodyOptions {
  /** Most bytes, in MiB. */
  mebibytes: number
  /** No body at all is `undefined`, not an error. */
  optional?: boolean
  /** Sees the bytes before they are parsed; what it throws is the answer. */
  inspect?: (request: IncomingMessage, body: Buffer) => void
}

/** Reads a JSON body of bounded size; other content types are refused. */
export function readJson({ mebibytes, optional = false, inspect }: BodyOptions): RequestHandler[] {
  const requireJson: RequestHandler = (request, response, next) => {
    const type = request.headers['content-type']?.split(';', 1)[0]?.trim()
    if (type && isJson.test(type)) return next()
    if (optional && type === undefined && !hasBody(request)) return next()
    const given = type ? `it is ${JSON.stringify(type.slice(0, 100))}` : 'it is not given'
    sendProblem(response, 'SRE_SERVER_CONTENT_TYPE', `Content-Type must be application/json; ${given}`)
  }
  const verify = inspect && ((request: IncomingMessage, _response: unknown, body: Buffer) => inspect(request, body))
  return [requireJson, express.json({ limit: mebibytes * mebibyte, type: () => true, strict: false, verify })]
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0
}
