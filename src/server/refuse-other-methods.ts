import type { Express } from 'express'
import { sendProblem } from './send-problem.ts'

/** What an address that is known does not know. To be mounted after its routes. */
export function refuseOtherMethods(server: Express, addresses: readonly string[], allow: string): void {
  server.all([...addresses], (request, response) => {
    response.setHeader('Allow', allow)
    if (request.method === 'OPTIONS') response.status(204).end()
    else sendProblem(response, 'SRE_SERVER_METHOD_NOT_ALLOWED', `${request.method} is not known here; ${allow} is`)
  })
}
