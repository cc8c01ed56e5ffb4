import type { ApiRequest } from './api-request.ts'
import { badRequest, failure } from './status.ts'

/** What of a log is wanted. */
export interface LogOptions {
  container?: string
  previous: boolean
  timestamps: boolean
  tail_lines?: number
  since_seconds?: number
  since_ms?: number
  limit_bytes?: number
}

function invalid(pod: string, field: string, value: string, why: string): Error {
  const message = `Invalid value: ${value}: ${why}`
  return failure(422, 'Invalid', `PodLogOptions "${pod}" is invalid: ${field}: ${message}`, {
    details: { name: pod, kind: 'PodLogOptions', causes: [{ reason: 'FieldValueInvalid', message, field }] },
  })
}

function parseCount(request: ApiRequest, field: string, least: number): number | undefined {
  const text = request.query.get(field)
  if (text === null || text === '') return undefined
  if (!/^-?\d+$/.test(text)) throw badRequest(`strconv.ParseInt: parsing "${text}": invalid syntax`)
  const why = least === 0 ? 'must be greater than or equal to 0' : 'must be greater than 0'
  if (Number(text) < least) throw invalid(request.name ?? '', field, text, why)
  return Number(text)
}

/** Reads the query of a log request; a value that the real server refuses is refused. */
export function parseLogOptions(request: ApiRequest): LogOptions {
  const { query } = request
  const sinceTime = query.get('sinceTime') ?? ''
  const sinceMs = sinceTime === '' ? undefined : Date.parse(sinceTime)
  if (sinceMs !== undefined && Number.isNaN(sinceMs))
    throw badRequest(
      `parsing time "${sinceTime}" as "2006-01-02T15:04:05Z07:00": cannot parse "${sinceTime}" as "2006"`,
    )
  if (sinceMs !== undefined && query.has('sinceSeconds'))
    throw invalid(
      request.name ?? '',
      'sinceSeconds',
      query.get('sinceSeconds') ?? '',
      'may not be specified with sinceTime',
    )
  return {
    container: query.get('container') ?? undefined,
    previous: query.get('previous') === 'true',
    timestamps: query.get('timestamps') === 'true',
    tail_lines: parseCount(request, 'tailLines', 0),
    since_seconds: parseCount(request, 'sinceSeconds', 1),
    since_ms: sinceMs,
    limit_bytes: parseCount(request, 'limitBytes', 1),
  }
}
