import { CodedError } from '#src/domain/coded-error.ts'
import type { ServerDeps } from './service-ports.ts'

/** What stands on the store: a failure that bears no code of its own is the store's, and may pass. */
async function guard<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (cause) {
    if (cause instanceof CodedError || (cause instanceof DOMException && cause.name === 'AbortError')) throw cause
    throw new CodedError('SRE_INCIDENTS_STORE_FAILED', 'the store does not answer', { cause, retry: true })
  }
}

/** The same ports, whose callers are told to come back where the store is away. */
export function guardStore(deps: ServerDeps): ServerDeps {
  const { archive, desk, silences, catalogue, approvals, executions, audit, intake } = deps
  return {
    ...deps,
    intake: { receive: (delivery) => guard(() => intake.receive(delivery)) },
    archive: {
      get: (id) => guard(() => archive.get(id)),
      list: (query) => guard(() => archive.list(query)),
      signals: (id, page) => guard(() => archive.signals(id, page)),
      timeline: (id, after, limit) => guard(() => archive.timeline(id, after, limit)),
      recentSignals: (query) => guard(() => archive.recentSignals(query)),
    },
    desk: {
      wait: (id, options) => guard(() => desk.wait(id, options)),
      rerun: (id, by) => guard(() => desk.rerun(id, by)),
      close: (id, by) => guard(() => desk.close(id, by)),
      requeue: (id, by) => guard(() => desk.requeue(id, by)),
      feedback: (id, draft, by) => guard(() => desk.feedback(id, draft, by)),
    },
    silences: {
      list: (options) => guard(() => silences.list(options)),
      create: (silence) => guard(() => silences.create(silence)),
      end: (id, by) => guard(() => silences.end(id, by)),
    },
    approvals: {
      list: (query) => guard(() => approvals.list(query)),
      get: (id) => guard(() => approvals.get(id)),
      approve: (id, answer) => guard(() => approvals.approve(id, answer)),
      reject: (id, answer) => guard(() => approvals.reject(id, answer)),
    },
    executions: {
      list: (query) => guard(() => executions.list(query)),
      get: (id) => guard(() => executions.get(id)),
      begin: (intent) => guard(() => executions.begin(intent)),
      end: (id, told) => guard(() => executions.end(id, told)),
    },
    catalogue: {
      list: (query) => guard(() => catalogue.list(query)),
      get: (key) => guard(() => catalogue.get(key)),
      secretsIn: (entry) => catalogue.secretsIn(entry),
      put: (entry, change) => guard(() => catalogue.put(entry, change)),
      remove: (key, change) => guard(() => catalogue.remove(key, change)),
    },
    audit: {
      append: (draft) => guard(() => audit.append(draft)),
      list: (query) => guard(() => audit.list(query)),
    },
    queue: (limit) => guard(() => deps.queue(limit)),
  }
}
