import type { Express, Request, RequestHandler } from 'express'
import { limitRate } from './access/limit-rate.ts'
import type { Doors } from './access/need-right.ts'
import { createSourceDoor } from './access/source-door.ts'
import { limitStreams } from './limit-streams.ts'
import { mountChanges } from './mount-changes.ts'
import { mountCatalogue } from './mount-catalogue.ts'
import { readJson } from './read-json.ts'
import { refuseOtherMethods } from './refuse-other-methods.ts'
import { requireId } from './require-id.ts'
import { listAlerts, showQueue } from './routes/alerts.ts'
import { listAudit } from './routes/audit.ts'
import { decide, readWait } from './routes/decide.ts'
import { closeIncident, giveFeedback, requeueIncident, rerunIncident } from './routes/incident-changes.ts'
import { incidentEvents } from './routes/incident-events.ts'
import { incidentSignals } from './routes/incident-signals.ts'
import { listIncidents, oneIncident } from './routes/incidents.ts'
import { signalAddresses, takeSignals } from './routes/signals.ts'
import { createSilence, endSilence, listSilences } from './routes/silences.ts'
import { showWorkflow } from './routes/status.ts'
import type { ServerDeps } from './service-ports.ts'

/** One incident's worth of a body, and a batch's. */
const small = 1
const large = 5

/** Everything that asks who calls: first the door, then the rate, then the body. */
export function mountRoutes(server: Express, deps: ServerDeps, doors: Doors): void {
  const limitSignals = limitRate(deps.limits.signals_per_minute)
  const limitOthers = limitRate(deps.limits.requests_per_minute)
  mountSignals(server, deps, { doors, limitSignals, limitOthers })
  const reading = [doors.needRight('read'), limitOthers]
  const changing = [doors.needRight('operate'), limitOthers]
  mountIncidents(server, deps, reading, changing)
  mountSilences(server, deps, reading, changing)
  mountChanges(server, deps, { reading, changing, approving: [doors.needRight('approve'), limitOthers] })
  mountCatalogue(server, deps, reading, changing)
  server.get('/alerts', reading, listAlerts(deps))
  server.get('/alerts/queue', reading, showQueue(deps))
  server.get('/workflow/info', reading, showWorkflow(deps))
  server.get('/api/audit', doors.needRight('audit'), limitOthers, listAudit(deps))
  server.use(['/alerts', '/workflow', '/api/audit'], doors.needCaller)
  refuseOtherMethods(server, ['/alerts', '/alerts/queue', '/workflow/info', '/api/audit'], 'GET, HEAD')
}

interface SignalGuards {
  doors: Doors
  limitSignals: RequestHandler
  limitOthers: RequestHandler
}

/** Whoever does not wait only hands something in; so may a forwarder. */
function isHandingIn(request: Request): boolean {
  return readWait(request) === false
}

function mountSignals(server: Express, deps: ServerDeps, { doors, limitSignals, limitOthers }: SignalGuards): void {
  const [asking, handingIn] = [doors.needRight('ask'), doors.needRight('signal')]
  const enter: RequestHandler = (request, ...rest) => (isHandingIn(request) ? handingIn : asking)(request, ...rest)
  const limit: RequestHandler = (request, ...rest) =>
    (isHandingIn(request) ? limitSignals : limitOthers)(request, ...rest)
  server.post(['/decide', '/decision'], enter, limit, readJson({ mebibytes: small }), decide(deps))
  for (const [address, source] of Object.entries(signalAddresses)) {
    const door = createSourceDoor(source, deps, doors)
    const { inspect } = door
    const mebibytes = source === 'issues' ? small : large
    // Slash commands of Slack come as forms.
    const body = readJson({ mebibytes, form: source === 'slack', ...(inspect && { inspect }) })
    server.post(address, door.enter, limitSignals, body, door.confirm, takeSignals(deps, source))
  }
  const addresses = ['/decide', '/decision', ...Object.keys(signalAddresses)]
  server.all(addresses, doors.needCaller)
  refuseOtherMethods(server, addresses, 'POST')
}

function mountIncidents(
  server: Express,
  deps: ServerDeps,
  reading: RequestHandler[],
  changing: RequestHandler[],
): void {
  const one = '/api/incidents/:id' as const
  const known = requireId('SRE_INCIDENTS_UNKNOWN')
  server.get('/api/incidents', reading, listIncidents(deps.archive))
  server.get(one, reading, known, oneIncident(deps))
  server.get(`${one}/signals`, reading, known, incidentSignals(deps.archive))
  server.get(`${one}/events`, reading, known, limitStreams(deps.limits), incidentEvents(deps))
  const noBody = readJson({ mebibytes: small, optional: true })
  server.post(`${one}/rerun`, changing, known, noBody, rerunIncident(deps))
  server.post(`${one}/requeue`, changing, known, noBody, requeueIncident(deps))
  server.post(`${one}/close`, changing, known, noBody, closeIncident(deps))
  server.post(`${one}/feedback`, changing, known, readJson({ mebibytes: small }), giveFeedback(deps))
  server.all(['/api/incidents', '/api/incidents/*rest'], reading)
  refuseOtherMethods(server, ['/api/incidents', one, `${one}/signals`, `${one}/events`], 'GET, HEAD')
  refuseOtherMethods(
    server,
    ['rerun', 'requeue', 'close', 'feedback'].map((verb) => `${one}/${verb}`),
    'POST',
  )
}

function mountSilences(server: Express, deps: ServerDeps, reading: RequestHandler[], changing: RequestHandler[]): void {
  const one = '/api/silences/:id' as const
  server.get('/api/silences', reading, listSilences(deps))
  server.post('/api/silences', changing, readJson({ mebibytes: small }), createSilence(deps))
  server.delete(one, changing, requireId('SRE_SILENCES_UNKNOWN'), endSilence(deps))
  server.all(['/api/silences', one], reading)
  refuseOtherMethods(server, ['/api/silences'], 'GET, HEAD, POST')
  refuseOtherMethods(server, [one], 'DELETE')
}
