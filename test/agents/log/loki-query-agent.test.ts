import { describe, expect, it } from 'vitest'
import { firstLogRequests } from '#agents/log/loki-query-agent.ts'
import { ago, logIncident, type LogIncidentOptions } from '#test/helpers/log-incident.ts'

function requests(options: LogIncidentOptions, restarts: number) {
  const target = {
    namespace: 'shop',
    pod: 'api-0',
    container: 'main',
    workload: { kind: 'Deployment', namespace: 'shop', name: 'api' },
    restarts,
    state: '',
  }
  return firstLogRequests([target], logIncident(options).view).map((request) => request.previous)
}

describe('agents/log/loki-query-agent', () => {
  it('reads the current log alone of a container that has ended: it is that of the failed instance', () => {
    expect(requests({}, 4)).toEqual([false])
  })

  it('reads the previous log too of a container that runs again', () => {
    expect(requests({ status: { state: { running: { startedAt: ago(5) } } } }, 4)).toEqual([false, true])
  })

  it('asks for no previous log where there was no restart', () => {
    expect(requests({ status: { state: { running: { startedAt: ago(5) } } } }, 0)).toEqual([false])
  })
})
