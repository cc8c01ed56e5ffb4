import express, { type RequestHandler } from 'express'
import { sendProblem } from './send-problem.ts'

const mebibyte = 1024 * 1024
const isJson = /^application\/(?:[\w.-]+\+)?json$/i

const requireJson: RequestHandler = (request, response, next) => {
  const type = request.headers['content-type']?.split(';', 1)[0]?.trim()
  if (type && isJson.test(type)) return next()
  const given = type ? `it is ${JSON.stringify(type.slice(0, 100))}` : 'it is not given'
  sendProblem(response, 'SRE_SERVER_CONTENT_TYPE', `Content-Type must be application/json; ${given}`)
}

/** Reads a JSON body of at most 1 MiB; other content types are refused. */
export const jsonBody: RequestHandler[] = [
  requireJson,
  express.json({ limit: mebibyte, type: () => true, strict: false }),
]
