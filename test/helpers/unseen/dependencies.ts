import type { KubernetesObject } from '#src/domain/kubernetes/objects.ts'
import { ago, container, crashLoop, deployment, event, service, status } from '#test/helpers/build-cluster.ts'
import type { UnseenIncident } from './incident.ts'

const database = (): KubernetesObject[] => [
  ...deployment('billing-postgres', [container('db', { ports: [{ name: 'db', containerPort: 5432 }] })]),
  service('billing-postgres', { ports: [{ port: 5432, targetPort: 'db' }] }),
]

/** Its own Service bears the beginning of the name that is waited for; the database's differs by two letters. */
function ownName(): UnseenIncident {
  const wait = container('wait-db', {
    command: ['sh', '-c', 'until nc -z $DB_HOST 5432; do sleep 2; done'],
    env: [{ name: 'DB_HOST', value: 'billing-postgresql' }],
  })
  const objects = deployment('billing', [container('api')], {
    statuses: [status('api', { ready: false, state: { waiting: { reason: 'PodInitializing' } } })],
    initStatuses: [status('wait-db', { ready: false, state: { running: { startedAt: ago(600) } } })],
    podStatus: { phase: 'Pending' },
    spec: { initContainers: [wait] },
  })
  return {
    name: 'waits for a name that only begins like its own Service',
    objects: [...objects, service('billing'), ...database()],
    logs: { 'billing-0/wait-db': ["nc: bad address 'billing-postgresql'", 'waiting for billing-postgresql:5432'] },
    right: {
      outcome: 'issue',
      roots: ['Deployment/billing'],
      words: ['billing-postgresql', 'billing-postgres'],
      action: ['set_env'],
    },
  }
}

function jdbcPort(): UnseenIncident {
  const env = [{ name: 'SPRING_DATASOURCE_URL', value: 'jdbc:postgresql://billing-postgres:5433/billing' }]
  const objects = deployment('billing', [container('api', { env })], { statuses: [crashLoop('api')] })
  const [first] = objects as [KubernetesObject]
  return {
    name: 'a JDBC address with a port that the Service does not offer',
    objects: [...objects, ...database()],
    events: [
      event(first, 'BackOff', 'Back-off restarting failed container api in pod billing-0_shop(1)', { on: 'api' }),
    ],
    logs: {
      'billing-0/api': [
        'ERROR 1 --- [main] com.zaxxer.hikari.pool.HikariPool : HikariPool-1 - Exception during pool initialization.',
        'java.net.ConnectException: Connection refused',
        '\tat java.base/sun.nio.ch.Net.pollConnect(Native Method)',
      ],
    },
    right: {
      outcome: 'issue',
      roots: ['Deployment/billing'],
      mechanism: ['bad_config_value'],
      words: ['5433', '5432'],
      action: ['set_env'],
    },
  }
}

/** Ready in its own eyes, never in its probe's: what it warns of is why. */
function warnsOnly(): UnseenIncident {
  const env = [{ name: 'CACHE', value: 'billing-postgres:5433' }]
  const probe = { httpGet: { path: '/ready', port: 8080 } }
  const running = status('api', { ready: false, started: true, state: { running: { startedAt: ago(900) } } })
  const objects = deployment('billing', [container('api', { env, readinessProbe: probe })], { statuses: [running] })
  const [first] = objects as [KubernetesObject]
  return {
    name: 'unready for a dependency that it only warns of',
    objects: [...objects, ...database()],
    events: [
      event(first, 'Unhealthy', 'Readiness probe failed: HTTP probe failed with statuscode: 503', {
        on: 'api',
        count: 90,
        last_seen: ago(4),
      }),
    ],
    logs: {
      'billing-0/api': [`${ago(20)} WARN dial tcp: cache billing-postgres:5433: i/o timeout`],
    },
    right: {
      outcome: 'issue',
      roots: ['Deployment/billing'],
      words: ['5433', '5432'],
      action: ['set_env'],
      harmful: ['patch_probe'],
    },
  }
}

/** Dependencies that are called by a wrong name or port. */
export const dependencyIncidents: UnseenIncident[] = [ownName(), jdbcPort(), warnsOnly()]
