import { join } from 'node:path'
import type { AdmissionResult, SignalRecord } from '#src/domain/admission-result.ts'
import { auditHash, firstAuditHash } from '#src/domain/audit-hash.ts'
import type { AuditEntry } from '#src/domain/audit.ts'
import { CodedError } from '#src/domain/coded-error.ts'
import type { Health, Readiness } from '#src/domain/health.ts'
import type { IncidentRecord } from '#src/domain/incident-record.ts'
import type { Page } from '#src/domain/page.ts'
import type { Silence } from '#src/domain/silence.ts'
import type { TimelineEntry } from '#src/domain/timeline.ts'
import { createServer } from '#src/server/create-server.ts'
import { type HttpListener, listenHttp } from '#src/server/http-listener.ts'
import { signalSources } from '#src/intake/sources/index.ts'
import type { Delivery, Receipt } from '#src/intake/port.ts'
import type { ServerDeps } from '#src/server/server-deps.ts'
import { buildDecision } from './build-decision.ts'
import { quietLogger } from './quiet-logger.ts'
import { ScriptedInvestigator } from './scripted-investigator.ts'

/** An incident as a test needs one. */
export function buildRecord(id: string, parts: Partial<IncidentRecord> = {}): IncidentRecord {
  const resource = { kind: 'Deployment', namespace: 'payments', name: 'gateway' }
  return {
    incident: {
      id,
      fingerprint: `print of ${id}`,
      namespace: 'payments',
      resource,
      problem_class: 'container',
      service: 'payments/gateway',
      signal_count: 1,
      opened_at: '2026-11-21T08:00:00.000Z',
    },
    status: 'done',
    priority: 'P2',
    trace_id: '0'.repeat(32),
    updated_at: '2026-11-21T08:00:01.000Z',
    failures: 0,
    ...parts,
  }
}

/** The decision of an incident, well formed. */
export function decisionOf(incident_id: string) {
  return buildDecision({ incident_id, run_id: `run of ${incident_id}` })
}

/** What stands behind the server in a test: everything in memory, and every port may be given in its place. */
export function serverDouble(over: Partial<ServerDeps> = {}) {
  const state = {
    delivered: [] as Delivery[],
    receipt: undefined as Receipt | undefined,
    records: new Map<string, IncidentRecord>(),
    lines: [] as TimelineEntry[],
    signals: [] as SignalRecord[],
    silences: [] as Silence[],
    audit: [] as AuditEntry[],
    health: {
      status: 'ok',
      version: '1.2.3',
      uptime_seconds: 1,
      cluster: { name: 'practice', reachable: true },
      store: { ok: true },
      minds: ['rules'],
    } as Health,
    readiness: { ready: true, checks: [{ name: 'store', status: 'ok' }] } as Readiness,
    stopping: new AbortController(),
    logger: quietLogger(),
    waits: [] as { incident_id: string; signal: AbortSignal }[],
    /** Undefined: it is never decided. */
    decide: (id: string): ReturnType<ServerDeps['commands']['wait']> => Promise.resolve(decisionOf(id)),
  }
  const deps: ServerDeps = {
    intake: { receive: (delivery) => receive(state, delivery) },
    sources: signalSources,
    commands: commandsOf(state),
    archive: archiveOf(state),
    queue: () =>
      Promise.resolve({
        queued: 1,
        running: 0,
        limit: 3,
        dead_letters: 0,
        storm: { active: false, opened_last_minute: 1, limit_per_minute: 60 },
        waiting: [],
        running_now: [],
      }),
    silences: {
      list: ({ all }) =>
        Promise.resolve(state.silences.filter(({ ends_at }) => all || Date.parse(ends_at) > Date.now())),
      create: (silence) => Promise.resolve(void state.silences.push(silence)),
      end: (id, by) => {
        const found = state.silences.find((silence) => silence.id === id)
        if (found) Object.assign(found, { ends_at: new Date().toISOString(), ended_by: by })
        return Promise.resolve(found)
      },
    },
    approvals: noApprovals,
    executions: noExecutions,
    catalogue: emptyCatalogue,
    audit: auditOf(state.audit),
    workflow: () => new ScriptedInvestigator().describe(),
    health: () => Promise.resolve(state.health),
    readiness: () => Promise.resolve(state.readiness),
    limits: {
      signals_per_minute: 0,
      requests_per_minute: 0,
      auth_failures_per_minute: 30,
      streams: 200,
      streams_per_caller: 20,
    },
    trusted_proxies: 0,
    stopping: state.stopping.signal,
    logger: state.logger,
    version: '1.2.3',
    web_root: join(import.meta.dirname, '../../web'),
    ...over,
  }
  return { deps, state }
}

const unknown = (what: string) => () => Promise.reject(new CodedError(`SRE_${what}_UNKNOWN`, 'there is none'))

const noApprovals: ServerDeps['approvals'] = {
  list: () => Promise.resolve({ items: [] }),
  get: () => Promise.resolve(undefined),
  approve: unknown('APPROVALS'),
  reject: unknown('APPROVALS'),
}

const noExecutions: ServerDeps['executions'] = {
  list: () => Promise.resolve({ items: [] }),
  get: () => Promise.resolve(undefined),
  begin: unknown('INCIDENTS'),
  end: unknown('EXECUTIONS'),
}

type State = ReturnType<typeof serverDouble>['state']

function receive(state: State, delivery: Delivery): Promise<Receipt> {
  state.delivered.push(delivery)
  if (state.receipt) return Promise.resolve(state.receipt)
  const id = `inc_${state.delivered.length}`
  state.records.set(id, buildRecord(id, { status: 'queued' }))
  const result: AdmissionResult = {
    signal_id: `sig_${id}`,
    incident_id: id,
    status: 'created',
    reason: 'a new problem',
  }
  return Promise.resolve({ kind: 'taken', results: [result] })
}

function commandsOf(state: State): ServerDeps['commands'] {
  const move = (id: string, status: IncidentRecord['status']) => {
    const record = state.records.get(id)
    if (!record) throw new CodedError('SRE_INCIDENTS_UNKNOWN', 'no incident has this id')
    if (record.status === 'running') throw new CodedError('SRE_INCIDENTS_STATE', 'it is running')
    state.records.set(id, { ...record, status })
    return { ...record, status }
  }
  return {
    wait: (incident_id, { signal }) => {
      state.waits.push({ incident_id, signal })
      return state.decide(incident_id)
    },
    rerun: async (id) => move(id, 'queued'),
    requeue: async (id) => move(id, 'queued'),
    close: async (id) => move(id, 'closed'),
    feedback: async (incident_id, draft, { name }) => {
      move(incident_id, state.records.get(incident_id)?.status ?? 'done')
      return { ...draft, id: 'fb_1', incident_id, at: '2026-11-21T08:00:00.000Z', by: name }
    },
  }
}

function archiveOf(state: State): ServerDeps['archive'] {
  const page = <Item>(items: Item[], limit: number, cursor?: string): Page<Item> => {
    const from = Number(cursor ?? 0)
    const next = from + limit
    return { items: items.slice(from, next), ...(next < items.length && { next_cursor: String(next) }) }
  }
  return {
    get: async (id) => state.records.get(id),
    list: async ({ limit, cursor, status }) =>
      page(
        [...state.records.values()].toReversed().filter((record) => !status || status.includes(record.status)),
        limit,
        cursor,
      ),
    signals: async (id, { limit, cursor }) =>
      page(
        state.signals.filter(({ incident_id }) => incident_id === id),
        limit,
        cursor,
      ),
    recentSignals: async ({ limit, cursor }) => page(state.signals, limit, cursor),
    timeline: async (id, after, limit) =>
      state.lines.filter((line) => line.incident_id === id && line.seq > after).slice(0, limit),
  }
}

const emptyCatalogue: ServerDeps['catalogue'] = {
  list: async () => ({ items: [] }),
  get: async () => undefined,
  secretsIn: () => [],
  put: () => Promise.reject(new CodedError('SRE_CATALOGUE_FILE', 'it stands in the file')),
  remove: () => Promise.reject(new CodedError('SRE_CATALOGUE_UNKNOWN', 'there is no such entry')),
}

function auditOf(entries: AuditEntry[]): ServerDeps['audit'] {
  return {
    append: async (draft) => {
      const body = { ...draft, seq: entries.length + 1, previous_hash: entries.at(-1)?.hash ?? firstAuditHash }
      const entry = { ...body, hash: auditHash(body) }
      entries.push(entry)
      return entry
    },
    list: async ({ before_seq = Infinity, limit, actor, action }) =>
      entries
        .filter((entry) => entry.seq < before_seq)
        .filter((entry) => (!actor || entry.actor === actor) && (!action || entry.action === action))
        .toReversed()
        .slice(0, limit),
  }
}

/** A server on a free port over everything in memory. */
export interface DoubleServer extends AsyncDisposable {
  url: string
  state: State
  call(path: string, init?: RequestInit): Promise<Response>
  post(path: string, body?: unknown, headers?: Record<string, string>): Promise<Response>
}

/** Starts it. */
export async function startDouble(over: Partial<ServerDeps> = {}): Promise<DoubleServer> {
  const { deps, state } = serverDouble(over)
  const listener: HttpListener = await listenHttp(createServer(deps), '127.0.0.1', 0)
  const call = (path: string, init?: RequestInit) => fetch(`${listener.url}${path}`, { redirect: 'manual', ...init })
  return {
    url: listener.url,
    state,
    call,
    post: (path, body, headers = {}) =>
      call(path, {
        method: 'POST',
        headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
        ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      }),
    [Symbol.asyncDispose]: () => listener.close(0),
  }
}
