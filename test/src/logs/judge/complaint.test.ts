import { describe, expect, it } from 'vitest'
import { judgeLogs } from '#src/logs/judge-logs.ts'
import { ago, logIncident, object } from '#test/helpers/log-incident.ts'
import { missingFacts } from '#test/helpers/missing-facts.ts'

const ready = { ready: true, restartCount: 0, state: { running: { startedAt: ago(9000) } }, lastState: {} }

const service = object('Service', 'ledger', {
  spec: { clusterIP: '10.96.7.7', selector: { app: 'ledger' }, ports: [{ port: 5432 }] },
})

function judge(lines: string[]) {
  const { logs, view } = logIncident({ current: lines.join('\n'), status: ready, objects: [service] })
  return judgeLogs(
    logs.map((log) => ({ ...log, ready: 'any' as const })),
    view,
  )
}

/** A line every so many seconds up to the present. */
const every = (seconds: number, count: number, say: (index: number) => string): string[] =>
  Array.from({ length: count }, (_, index) => `${ago((count - index) * seconds)} ${say(index)}`)
const merged = (...logs: string[][]): string[] => logs.flat().toSorted()

const calm = every(10, 50, (index) => `INFO order ${index} stored`)

describe('src/logs/judge/complaint', () => {
  it.each([
    [
      'every request is refused by a dependency',
      'ERROR payment failed: dial tcp 10.96.7.7:5432: connect: connection refused',
      'dependency_unreachable',
    ],
    [
      'the same, in Java',
      'ERROR o.s.web.Handler : org.postgresql.util.PSQLException: Connection to ledger:5432 refused. Check that the hostname and port are correct',
      'dependency_unreachable',
    ],
    [
      'credentials have run out',
      'ERROR botocore.exceptions.ClientError: An error occurred (ExpiredToken) when calling the PutObject operation: The provided token has expired',
      'authentication_failed',
    ],
    [
      'a verb is missing',
      'E0301 09:59:40.558123       1 reflector.go:166] failed to list *v1.Pod: pods is forbidden: User "system:serviceaccount:shop:api" cannot list resource "pods" in API group "" in the namespace "shop"',
      'rbac_forbidden',
    ],
    ['a name does not resolve', 'ERROR getaddrinfo ENOTFOUND mail.example.com', 'dns_name_unresolved'],
    ['a certificate has run out', 'ERROR x509: certificate has expired or is not yet valid', 'tls_failure'],
    ['its disk is full', 'ERROR write /data/queue/0001: no space left on device', 'disk_full'],
  ])('tells of a ready program where %s', (_, line, mechanism) => {
    const [finding, ...others] = judge(
      merged(
        every(20, 12, () => line),
        calm,
      ),
    )
    expect(others).toEqual([])
    expect(finding).toMatchObject({ mechanism, container: 'main' })
    expect(finding?.evidence[0]).toMatchObject({ source: 'log', ref: { log: { pod: 'api-0', container: 'main' } } })
  })

  it('blames the Service that does not answer', () => {
    const [finding] = judge(every(20, 12, () => 'ERROR dial tcp 10.96.7.7:5432: connect: connection refused'))
    expect(finding?.blames).toMatchObject([{ resource: { kind: 'Service', name: 'ledger' } }])
  })

  it('names the verb that is missing, also where it is only warned of', () => {
    const line =
      'W0301 09:59:40.558123       1 reflector.go:533] failed to watch *v1.Secret: secrets is forbidden: User "system:serviceaccount:shop:api" cannot watch resource "secrets" in API group "" at the cluster scope'
    expect(missingFacts(judge(every(30, 8, () => line))[0]?.statement, 'watch', 'secrets')).toEqual([])
  })

  const refused = 'ERROR dial tcp 10.96.7.7:5432: connect: connection refused'
  it.each([
    [
      'the trouble is long past',
      merged([`${ago(3000)} ${refused}`, `${ago(2990)} ${refused}`, `${ago(2980)} ${refused}`], calm),
    ],
    [
      'it came right',
      merged(every(20, 12, () => refused).slice(0, 8), [`${ago(70)} INFO reconnected to ledger`], calm),
    ],
    [
      'it fell silent about it',
      merged([`${ago(500)} ${refused}`, `${ago(480)} ${refused}`, `${ago(460)} ${refused}`], calm),
    ],
    ['each retry succeeded', every(10, 30, (index) => (index % 2 === 0 ? refused : 'INFO retry succeeded'))],
    ['one line tells of both', every(10, 30, () => `${refused}, succeeded on attempt 2`)],
    ['it happened once', merged([`${ago(30)} ${refused}`], calm)],
    [
      'it happened in one breath',
      merged([`${ago(31)} ${refused}`, `${ago(30)} ${refused}`, `${ago(30)} ${refused}`], calm),
    ],
    ['it says nothing of a kind that is known', every(20, 12, () => 'ERROR voucher 7 is not valid any more')],
    ['pages are not found', every(5, 60, () => '10.0.0.1 - - "GET /favicon.ico HTTP/1.1" 404 19')],
    ['callers are turned away', every(5, 60, () => '10.0.0.1 - - "GET /admin HTTP/1.1" 401 19')],
    ['reporting on the side fails', every(20, 12, () => `ERROR otel: traces export: ${refused}`)],
    ['the log is empty', ['']],
  ])('holds a ready program for well where %s', (_, lines) => {
    expect(judge(lines)).toEqual([])
  })

  it('tells of a steady failure among much else', () => {
    const busy = every(1, 550, (index) => `INFO order ${index} stored`)
    expect(
      judge(
        merged(
          busy,
          every(60, 9, () => refused),
        ),
      ),
    ).toHaveLength(1)
  })
})
