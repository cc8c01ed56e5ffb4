import { expect } from 'vitest'

/** The problem that a response holds: whole, with the response's own trace id, and without a word of how the service is built. */
export async function problemIn(response: Response): Promise<Record<string, unknown>> {
  expect(response.headers.get('content-type')).toContain('application/problem+json')
  const body = (await response.json()) as Record<string, unknown>
  expect(body).toMatchObject({
    status: response.status,
    title: expect.stringMatching(/\w/),
    detail: expect.stringMatching(/\w/),
    trace_id: response.headers.get('x-trace-id'),
  })
  expect(JSON.stringify(body)).not.toMatch(/\bat .*:\d+:\d+|node_modules|\.ts\b/)
  return body
}
