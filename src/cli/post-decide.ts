import { callService, type ServiceRequest, type ServiceResponse } from './call-service.ts'

/** A question, or what is handed in. `path`: default /decide. */
type DecideRequest = Omit<ServiceRequest, 'method' | 'path'> & { path?: string }

/** Puts a question, or hands something in. */
export function postDecide(request: DecideRequest): Promise<ServiceResponse> {
  return callService({ path: '/decide', ...request, method: 'POST' })
}
