/* Every error that callers can meet, with its status. docs/errors.md lists the same. */

interface CatalogueEntry {
  status: number
  title: string
}

const entry = (status: number, title: string): CatalogueEntry => ({ status, title })

const catalogue: Record<string, CatalogueEntry> = {
  SRE_INTAKE_INVALID: entry(400, 'The payload has fields that cannot be used'),
  SRE_SERVER_MALFORMED_JSON: entry(400, 'The body is not valid JSON'),
  SRE_SERVER_QUERY_INVALID: entry(400, 'A query parameter cannot be used'),
  SRE_SERVER_REQUEST_BROKEN: entry(400, 'The request could not be read'),
  SRE_SERVER_BODY_BROKEN: entry(400, 'The body could not be read'),
  SRE_SERVER_INVALID: entry(400, 'The body has fields that cannot be used'),
  SRE_INCIDENTS_CURSOR: entry(400, 'The cursor cannot be used'),
  SRE_ACCESS_UNAUTHENTICATED: entry(401, 'Nobody is known by these credentials'),
  SRE_ACCESS_FORBIDDEN: entry(403, 'The caller may not do this'),
  SRE_SERVER_ORIGIN_REFUSED: entry(403, 'A page of another origin asks'),
  SRE_SERVER_HOST_REFUSED: entry(403, 'The Host header names another machine'),
  SRE_SERVER_ROUTE_UNKNOWN: entry(404, 'There is no such address'),
  SRE_INCIDENTS_UNKNOWN: entry(404, 'There is no such incident'),
  SRE_SILENCES_UNKNOWN: entry(404, 'There is no such silence'),
  SRE_APPROVALS_UNKNOWN: entry(404, 'There is no such approval'),
  SRE_EXECUTIONS_UNKNOWN: entry(404, 'There is no such execution'),
  SRE_CATALOGUE_UNKNOWN: entry(404, 'There is no such entry of the catalogue'),
  SRE_SERVER_METHOD_NOT_ALLOWED: entry(405, 'The address does not know this method'),
  SRE_SERVER_REQUEST_TIMEOUT: entry(408, 'The request took too long to arrive'),
  SRE_INCIDENTS_STATE: entry(409, 'The state of the incident does not allow it'),
  SRE_INCIDENTS_NO_DECISION: entry(409, 'The incident has ended without a decision'),
  SRE_APPROVALS_PLAN: entry(409, 'The approval is about another plan'),
  SRE_APPROVALS_STATE: entry(409, 'The approval cannot be answered now'),
  SRE_EXECUTIONS_REFUSED: entry(409, 'The action may not be carried out now'),
  SRE_EXECUTIONS_STATE: entry(409, 'The execution has ended'),
  SRE_INTAKE_NOT_RUN: entry(409, 'The signal was kept, and no run answers it'),
  SRE_CATALOGUE_FILE: entry(409, 'The entry stands in the configuration'),
  SRE_CATALOGUE_REVISION: entry(412, 'The entry is at another revision'),
  SRE_SERVER_BODY_TOO_LARGE: entry(413, 'The body is too large'),
  SRE_SERVER_CONTENT_TYPE: entry(415, 'The body must be JSON'),
  SRE_SERVER_HEADERS_TOO_LARGE: entry(431, 'The headers are too large'),
  SRE_SERVER_RATE_LIMITED: entry(429, 'Too many requests'),
  SRE_SERVER_STREAMS_FULL: entry(429, 'Too many event streams are open'),
  SRE_ACCESS_TOO_MANY_FAILURES: entry(429, 'Too many wrong tokens'),
  SRE_SERVER_INTERNAL: entry(500, 'The service failed'),
  SRE_ACCESS_ISSUER_UNREACHABLE: entry(503, 'The token cannot be checked'),
  SRE_INTAKE_REFUSED: entry(503, 'The signals were not taken'),
  SRE_INTAKE_BUSY: entry(503, 'Too many signals are waiting for the store'),
  SRE_INTAKE_CLOSING: entry(503, 'The service is stopping'),
  SRE_INTAKE_STORE_FAILED: entry(503, 'The store failed'),
  SRE_INCIDENTS_CLOSING: entry(503, 'The service is stopping'),
  SRE_INCIDENTS_STORE_FAILED: entry(503, 'The store failed'),
}

/** Status and title of a code; what is not listed is an internal failure. */
export function problemOf(code: string): CatalogueEntry & { code: string } {
  const known = catalogue[code]
  if (known) return { code, ...known }
  return { code: 'SRE_SERVER_INTERNAL', status: 500, title: 'The service failed' }
}
