import { describe, expect, it } from 'vitest'
import { judgeLogs } from '#src/logs/judge-logs.ts'
import type { FindingDraft } from '#src/domain/finding.ts'
import { ago, crashing, logIncident, object, type LogIncidentOptions } from '#test/helpers/log-incident.ts'
import { missingFacts } from '#test/helpers/missing-facts.ts'

function judge(options: LogIncidentOptions): FindingDraft[] {
  const { view, logs } = logIncident(options)
  return judgeLogs(logs, view)
}

function only(options: LogIncidentOptions): FindingDraft {
  const findings = judge(options)
  expect(findings).toHaveLength(1)
  const [finding] = findings
  if (!finding) throw new Error('no finding')
  expect(finding.statement.length).toBeLessThanOrEqual(300)
  expect(finding.evidence.length).toBeGreaterThan(0)
  expect(finding.remedies.length).toBeGreaterThan(0)
  return finding
}

const service = (name: string, spec: object = {}, namespace = 'shop') =>
  object('Service', name, { spec: { clusterIP: '10.96.7.7', ports: [{ port: 5432 }], ...spec } }, namespace)

const revision = (number: number, container: object, rest: { ready?: number; created?: string } = {}) => {
  const set = object('ReplicaSet', `api-${number}`, {
    spec: { template: { spec: { containers: [{ name: 'main', ...container }] } } },
    status: { readyReplicas: rest.ready ?? 0 },
  })
  set.metadata.annotations = { 'deployment.kubernetes.io/revision': String(number) }
  set.metadata.ownerReferences = [{ kind: 'Deployment', name: 'api', uid: 'Deployment-api', controller: true }]
  set.metadata.creationTimestamp = rest.created ?? ago(100)
  return set
}

describe('src/logs/judge-logs', () => {
  it('asks for the value of a missing variable and never invents it', () => {
    const finding = only({ current: 'INFO starting\nFATAL required environment variable LEDGER_URL is not set' })
    expect(finding).toMatchObject({ mechanism: 'missing_env', resource: { kind: 'Deployment', name: 'api' } })
    expect(finding.statement).toContain('LEDGER_URL')
    expect(finding.remedies[0]).toMatchObject({ kind: 'set_env', params: { container: 'main', name: 'LEDGER_URL' } })
    expect(finding.remedies[0]?.params).not.toHaveProperty('value')
    expect(finding.remedies[0]?.needs?.[0]?.param).toBe('value')
    expect(finding.evidence[0]).toMatchObject({
      source: 'log',
      trust: 'workload_text',
      ref: { log: { pod: 'api-0', container: 'main', restart: 4 } },
    })
  })

  it('takes the value of a missing variable from an earlier revision that had it', () => {
    const finding = only({
      current: 'FATAL LEDGER_URL must be set',
      objects: [revision(1, { env: [{ name: 'LEDGER_URL', value: 'http://ledger' }] }), revision(2, {})],
    })
    expect(finding.remedies[0]).toMatchObject({
      kind: 'set_env',
      params: { name: 'LEDGER_URL', value: 'http://ledger' },
    })
  })

  it('never copies a password out of an earlier revision', () => {
    const finding = only({
      current: 'FATAL DB_PASSWORD must be set',
      objects: [revision(1, { env: [{ name: 'DB_PASSWORD', value: 'hunter2hunter2' }] }), revision(2, {})],
    })
    expect(JSON.stringify(finding)).not.toContain('hunter2')
  })

  it('proposes the only Secret that holds a key of the missing name', () => {
    const finding = only({
      current: 'FATAL DB_PASSWORD must be set',
      objects: [object('Secret', 'db-login', { keys: ['db-password', 'user'] })],
    })
    expect(finding.remedies[0]).toMatchObject({
      params: { valueFrom: { kind: 'Secret', name: 'db-login', key: 'db-password' } },
    })
  })

  it('finds the ConfigMap line that holds a bad value', () => {
    const finding = only({
      current:
        'FATAL parse /etc/app/app.properties: line 2: key "pool.size": strconv.Atoi: parsing "ten": invalid syntax',
      container: { volumeMounts: [{ name: 'config', mountPath: '/etc/app' }] },
      pod: { spec: { volumes: [{ name: 'config', configMap: { name: 'app-config' } }] } },
      objects: [object('ConfigMap', 'app-config', { data: { 'app.properties': 'a=1\npool.size=ten\n' } })],
    })
    expect(finding).toMatchObject({
      mechanism: 'bad_config_value',
      resource: { kind: 'ConfigMap', name: 'app-config' },
    })
    expect(missingFacts(finding.statement, 'pool.size=ten', 'app.properties', 'line 2')).toEqual([])
    expect(finding.affects).toContainEqual({ kind: 'Deployment', namespace: 'shop', name: 'api' })
    expect(finding.remedies[0]).toMatchObject({
      kind: 'patch_configmap',
      params: { key: 'app.properties' },
      needs: [{ param: 'set.pool.size' }],
    })
  })

  it('finds the variable that holds a bad value, and names the pod of a stateful set', () => {
    const finding = only({
      kind: 'StatefulSet',
      workload: 'store',
      current: '2026-03-01 09:59:00.000 UTC [1] FATAL:  parameter "work_mem" requires a numeric value: "4MBB"',
      container: { env: [{ name: 'PG_WORK', value: '4MBB' }] },
    })
    expect(finding.statement).toContain('store-0')
    expect(finding.remedies[0]).toMatchObject({ kind: 'set_env', params: { name: 'PG_WORK' } })
  })

  it('finds a bad value that a variable reads from a ConfigMap', () => {
    const finding = only({
      current: "ValueError: invalid literal for int() with base 10: 'lots'",
      container: { env: [{ name: 'WORKERS', valueFrom: { configMapKeyRef: { name: 'tuning', key: 'workers' } } }] },
      objects: [object('ConfigMap', 'tuning', { data: { workers: 'lots' } })],
    })
    expect(finding.resource).toMatchObject({ kind: 'ConfigMap', name: 'tuning' })
  })

  it('corrects a misspelt flag by the usage text that the program printed', () => {
    const finding = only({
      current: 'error: unknown flag: --replcas\nUsage: api [--replicas=N] [--port=N]',
      container: { args: ['serve', '--replcas=3'] },
    })
    expect(finding.mechanism).toBe('bad_args')
    expect(finding.remedies[0]).toMatchObject({ kind: 'set_command', params: { args: ['serve', '--replicas=3'] } })
  })

  it('asks for the arguments where nothing shows the right ones', () => {
    const finding = only({ current: 'error: unknown flag: --zzz', container: { args: ['--zzz'] } })
    expect(finding.remedies[0]?.needs?.[0]?.param).toBe('args')
  })

  it('steps back first where the earlier revision is ready and the arguments changed', () => {
    const finding = only({
      current: 'error: unknown flag: --zzz',
      container: { args: ['--zzz'] },
      objects: [revision(1, { args: ['--port=1'] }, { ready: 2 }), revision(2, { args: ['--zzz'] })],
    })
    expect(finding.remedies[0]).toMatchObject({ kind: 'rollback', params: { to_revision: 1 } })
  })

  it('blames the Service whose address refuses a connection', () => {
    const finding = only({
      current: 'FATAL dial tcp 10.96.7.7:5432: connect: connection refused',
      objects: [service('users-db')],
    })
    expect(finding).toMatchObject({
      mechanism: 'dependency_unreachable',
      blames: [{ resource: { kind: 'Service', name: 'users-db' } }],
    })
  })

  it('tells a call to a port that the Service does not offer', () => {
    const finding = only({
      current: 'FATAL dial tcp 10.96.7.7:5433: connect: connection refused',
      objects: [service('users-db')],
    })
    expect(missingFacts(finding.statement, 5433, 'Service users-db', 5432)).toEqual([])
    expect(finding.blames).toEqual([])
  })

  it('says what a wrong host name should be, and where it stands', () => {
    const finding = only({
      current: 'Error: getaddrinfo ENOTFOUND users-bd',
      container: { env: [{ name: 'PGHOST', value: 'users-bd' }] },
      objects: [service('users-db')],
    })
    expect(finding.mechanism).toBe('dns_name_unresolved')
    expect(missingFacts(finding.statement, 'PGHOST', 'users-bd', 'ENOTFOUND', 'Service users-db')).toEqual([])
    expect(finding.remedies[0]).toMatchObject({ kind: 'set_env', params: { name: 'PGHOST', value: 'users-db' } })
  })

  it('puts the host right inside a connection URL', () => {
    const finding = only({
      current: 'FATAL dial tcp: lookup users-db.old on 10.96.0.10:53: no such host',
      container: { env: [{ name: 'DATABASE_URL', value: 'postgres://u:pw@users-db.old:5432/x' }] },
      objects: [service('users-db')],
    })
    expect(finding.remedies[0]).toMatchObject({ params: { value: 'postgres://u:pw@users-db:5432/x' } })
    expect(finding.statement).not.toContain('pw@')
  })

  it('does not claim absence of a Service in a namespace that was not seen', () => {
    const finding = only({ current: 'FATAL lookup cache.other on 10.96.0.10:53: no such host' })
    expect(finding.mechanism).toBe('dns_name_unresolved')
    expect(missingFacts(finding.statement, 'cache.other')).toEqual([])
    expect(finding.statement).not.toContain('not exist')
    expect(finding.confidence).toBeLessThan(0.9)
  })

  it.each([
    ['says what it waits for', 'waiting for mq:5672', undefined],
    ['is silent', 'x', ['sh', '-c', 'until nc -z mq 5672; do sleep 2; done']],
  ])('names the missing Service of an init container that %s', (_, current, command) => {
    const finding = only({
      init: true,
      current,
      container: { name: 'wait', ...(command ? { command } : {}) },
      status: { restartCount: 0, ready: false, state: { running: { startedAt: ago(300) } }, lastState: {} },
    })
    expect(finding).toMatchObject({
      mechanism: 'service_missing',
      remedies: [
        { kind: 'custom_instruction', params: { change: 'create_service' }, target: { kind: 'Service', name: 'mq' } },
        {},
      ],
    })
    expect(finding.statement).toContain('mq:5672')
  })

  it('blames the Service that an init container waits for', () => {
    const finding = only({
      init: true,
      current: 'waiting for mq:5672',
      status: { restartCount: 0, state: { running: { startedAt: ago(300) } }, lastState: {} },
      objects: [service('mq')],
    })
    expect(finding).toMatchObject({
      mechanism: 'init_container_waiting',
      blames: [{ resource: { kind: 'Service', name: 'mq' } }],
    })
  })

  it('names verb, resource and account of a refusal, and grants no more', () => {
    const finding = only({
      current:
        'FATAL pods is forbidden: User "system:serviceaccount:shop:janitor" cannot delete resource "pods" in API group "" in the namespace "shop"',
    })
    expect(finding.mechanism).toBe('rbac_forbidden')
    expect(missingFacts(finding.statement, 'janitor', 'delete', 'pods')).toEqual([])
    expect(finding.remedies[0]).toMatchObject({
      params: { change: 'create_role' },
      target: { kind: 'Role', name: 'janitor' },
    })
    expect(JSON.stringify(finding.remedies)).not.toMatch(/cluster-admin|"\*"/)
  })

  it('names the port and the container that holds it', () => {
    const finding = only({
      current: 'FATAL listen tcp :9090: bind: address already in use',
      container: { env: [{ name: 'METRICS_PORT', value: '9090' }] },
      pod: {
        spec: {
          containers: [
            { name: 'main', env: [{ name: 'METRICS_PORT', value: '9090' }] },
            { name: 'web', ports: [{ containerPort: 9090 }] },
          ],
        },
      },
    })
    expect(missingFacts(finding.statement, 9090, 'container web', 'address already in use')).toEqual([])
    expect(finding.remedies[0]).toMatchObject({
      kind: 'set_env',
      params: { name: 'METRICS_PORT' },
      needs: [{ param: 'value' }],
    })
  })

  it.each([
    [
      'panic: boom\n\ngoroutine 1 [running]:\nmain.fail(...)\n\t/src/main.go:9\nshop/tax.Load(0x0)\n\t/src/tax.go:3',
      'main.fail',
    ],
    [
      'Traceback (most recent call last):\n  File "/app/a.py", line 3, in load\n    x()\n  File "/usr/lib/python3/site-packages/lib.py", line 9, in x\nRuntimeError: no plan',
      'load (/app/a.py:3)',
    ],
    [
      'Exception in thread "main" java.lang.IllegalStateException: no plan\n\tat java.base/java.util.X.y(X.java:1)\n\tat shop.Tax.load(Tax.java:7)',
      'shop.Tax.load(Tax.java:7)',
    ],
    [
      "TypeError: Cannot read properties of undefined (reading 'id')\n    at load (/app/src/a.js:3:1)\n    at node:internal/main:1:1",
      'load (/app/src/a.js:3:1)',
    ],
    ["thread 'main' panicked at src/tax.rs:42:10:\nno plan", 'src/tax.rs:42'],
  ])('names the place of a crash: %s', (current, place) => {
    const finding = only({ current })
    expect(finding.mechanism).toBe('application_panic')
    expect(finding.statement).toContain(place)
    expect(finding.statement).toContain('api:2.1.0')
  })

  it('prefers the refused connection to the exception that it came as', () => {
    const finding = only({
      current:
        'Traceback (most recent call last):\n  File "/app/a.py", line 3, in load\npsycopg2.OperationalError: connection to server at "users-db" (10.96.7.7), port 5432 failed: Connection refused',
      objects: [service('users-db')],
    })
    expect(finding.mechanism).toBe('dependency_unreachable')
  })

  it('prefers fatal last words to an earlier error', () => {
    const finding = only({
      current:
        'ERROR dial tcp 10.96.7.7:5432: connect: connection refused\nFATAL required environment variable REGION is not set',
    })
    expect(finding.mechanism).toBe('missing_env')
  })

  it.each<[string, LogIncidentOptions, object]>([
    [
      'a read-only root asks for a writable place and stays read-only',
      {
        current: "OSError: [Errno 30] Read-only file system: '/var/cache/app/x'",
        container: { securityContext: { readOnlyRootFilesystem: true } },
      },
      { kind: 'custom_instruction', params: { change: 'add_volume' } },
    ],
    [
      'a volume of another owner asks for fsGroup',
      {
        current: 'FATAL open /data/wal: permission denied',
        container: { volumeMounts: [{ name: 'data', mountPath: '/data' }], securityContext: { runAsUser: 1000 } },
        pod: { spec: { volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }] } },
      },
      { kind: 'custom_instruction', params: { change: 'patch_security_context' } },
    ],
    [
      'a full claim asks for its expansion',
      {
        current: 'FATAL write /data/wal: no space left on device',
        container: { volumeMounts: [{ name: 'data', mountPath: '/data' }] },
        pod: { spec: { volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }] } },
      },
      { target: { kind: 'PersistentVolumeClaim', name: 'data' }, params: { change: 'expand_pvc' } },
    ],
    [
      'a file that its ConfigMap lacks asks for the key',
      {
        current: 'FATAL open /etc/app/app.yaml: no such file or directory',
        container: { volumeMounts: [{ name: 'config', mountPath: '/etc/app' }] },
        pod: { spec: { volumes: [{ name: 'config', configMap: { name: 'app-config' } }] } },
        objects: [object('ConfigMap', 'app-config', { data: { 'app.yml': 'a: 1' } })],
      },
      { kind: 'patch_configmap', target: { name: 'app-config' }, params: { key: 'app.yml', add_key: 'app.yaml' } },
    ],
  ])('finds what a path lacks: %s', (_, options, remedy) => {
    expect(only(options).remedies[0]).toMatchObject(remedy)
  })

  it('names where refused credentials come from, and never what they are', () => {
    const finding = only({
      current: 'FATAL: password authentication failed for user "shop"',
      container: {
        env: [{ name: 'DB_PASSWORD', valueFrom: { secretKeyRef: { name: 'db-login', key: 'password' } } }],
      },
    })
    expect(finding.mechanism).toBe('authentication_failed')
    expect(missingFacts(finding.statement, 'DB_PASSWORD', 'Secret db-login', 'password')).toEqual([])
  })

  it('points at the policies on the way where a Service meets a call with silence', () => {
    const policy = object('NetworkPolicy', 'deny', { spec: { podSelector: {}, policyTypes: ['Egress'] } })
    const finding = only({
      current: 'FATAL dial tcp 10.96.7.7:5432: i/o timeout',
      objects: [service('users-db'), policy],
    })
    expect(finding.blames.map((blame) => blame.resource.kind)).toEqual(['Service', 'NetworkPolicy'])
  })

  it('keeps the last words of a program that fits no signature', () => {
    const finding = only({ current: 'INFO starting\nERROR the moon is not in the seventh house' })
    expect(finding).toMatchObject({ mechanism: 'application_error', confidence: 0.6 })
    expect(finding.statement).toContain('seventh house')
  })

  it('asks for the input of a failed job to be put right and never just runs it again', () => {
    const job = object('Job', 'import', {
      spec: { template: { spec: { containers: [] } } },
      status: { conditions: [{ type: 'Failed', status: 'True', reason: 'BackoffLimitExceeded' }] },
    })
    const { logs, pod } = logIncident({
      workload: 'import',
      kind: 'Job',
      current: 'FATAL file in.csv: row 17: amount "x" is not a valid decimal',
      status: { state: { terminated: { exitCode: 65 } } },
    })
    const { view } = logIncident({ objects: [job, pod] })
    const [finding] = judgeLogs(logs, view)
    expect(finding?.resource).toMatchObject({ kind: 'Job', name: 'import' })
    expect(missingFacts(finding?.statement, 17, 'BackoffLimitExceeded')).toEqual([])
    expect(finding?.remedies.map((remedy) => remedy.kind)).toEqual(['escalate'])
  })

  const liveness = {
    httpGet: { path: '/healthz', port: 8080 },
    initialDelaySeconds: 5,
    periodSeconds: 5,
    failureThreshold: 3,
  }
  const killed: LogIncidentOptions['events'] = [
    { type: 'Normal', reason: 'Killing', message: 'Container main failed liveness probe, will be restarted' },
    { message: 'Liveness probe failed: Get "http://10.1.1.1:8080/healthz": context deadline exceeded' },
  ]

  it('tells a hang from a slow start: it served and then stood still', () => {
    const finding = only({
      current:
        'INFO http server listening on :8080\nWARN all 32 workers waiting for lock orders.mu\nINFO received terminated, shutting down',
      container: { livenessProbe: liveness },
      events: killed,
    })
    expect(finding.mechanism).toBe('application_hang')
    expect(missingFacts(finding.statement, 'liveness', 'orders.mu')).toEqual([])
    expect(finding.remedies[0]?.kind).toBe('escalate')
  })

  it('computes the time that a slow start needs', () => {
    const finding = only({
      current: 'INFO starting\nINFO loading model (about 90s)\nINFO received terminated, shutting down',
      container: { livenessProbe: liveness },
      events: killed,
    })
    expect(finding.mechanism).toBe('liveness_too_aggressive')
    expect(missingFacts(finding.statement, 'liveness', '90 s')).toEqual([])
    expect(finding.remedies[0]).toMatchObject({
      kind: 'patch_probe',
      params: { probe: 'startup', add: true, failureThreshold: 27 },
    })
    expect(finding.remedies[1]).toMatchObject({ params: { probe: 'liveness', initialDelaySeconds: 135 } })
    expect(JSON.stringify(finding.remedies)).not.toContain('remove')
  })

  it('blames the dependency, not the probe, where the start waits for one', () => {
    const finding = only({
      current: 'INFO starting\nERROR dial tcp 10.96.7.7:5432: connect: connection refused\nINFO received terminated',
      container: { livenessProbe: liveness },
      events: killed,
      objects: [service('users-db')],
    })
    expect(finding.mechanism).toBe('dependency_unreachable')
  })

  describe('what is history or noise gives no finding', () => {
    const fatal = 'FATAL required environment variable X_URL is not set'
    it.each<[string, LogIncidentOptions]>([
      [
        'a ready container that never restarted',
        {
          current: `ERROR boom\n${fatal}`,
          status: { ready: true, restartCount: 0, state: { running: { startedAt: ago(900) } }, lastState: {} },
        },
      ],
      [
        'a container that recovered',
        {
          current: 'INFO ok',
          previous: fatal,
          status: { ...crashing, ready: true, restartCount: 1, state: { running: { startedAt: ago(120) } } },
        },
      ],
      [
        'a container that outlived its last failed run',
        {
          current: 'INFO ok',
          previous: fatal,
          status: { ...crashing, ready: true, restartCount: 3, state: { running: { startedAt: ago(50) } } },
        },
      ],
      ['a completed container', { current: fatal, status: { state: { terminated: { exitCode: 0 } }, lastState: {} } }],
      [
        'an old error of a container that is not ready for another reason',
        {
          current: `2026-03-01T09:00:00Z ERROR dial tcp 10.96.7.7:5432: connect: connection refused\n${Array.from({ length: 30 }, (_, index) => `2026-03-01T09:30:00Z INFO served ${index}`).join('\n')}`,
          status: { restartCount: 0, state: { running: { startedAt: ago(4000) } }, lastState: {} },
        },
      ],
      ['a log that is not there', { status: crashing }],
      [
        'an init container that has just begun to wait',
        {
          init: true,
          current: 'waiting for mq:5672',
          status: { restartCount: 0, state: { running: { startedAt: ago(5) } }, lastState: {} },
        },
      ],
    ])('%s', (_, options) => {
      expect(judge(options)).toEqual([])
    })
  })

  it('takes the failed run of a cron job that has succeeded since for history', () => {
    const { logs, pod } = logIncident({
      workload: 'nightly-1',
      kind: 'Job',
      current: 'FATAL LEDGER_URL must be set',
      status: { state: { terminated: { exitCode: 1 } } },
    })
    pod.metadata.creationTimestamp = ago(7200)
    const job = object('Job', 'nightly-1', { spec: { template: { spec: { containers: [] } } }, status: { failed: 1 } })
    job.metadata.ownerReferences = [{ kind: 'CronJob', name: 'nightly', uid: 'CronJob-nightly', controller: true }]
    const cron = (lastSuccessfulTime: string) =>
      object('CronJob', 'nightly', { spec: {}, status: { lastSuccessfulTime } })
    expect(judgeLogs(logs, logIncident({ objects: [pod, job, cron(ago(3600))] }).view)).toEqual([])
    const [finding] = judgeLogs(logs, logIncident({ objects: [pod, job, cron(ago(90_000))] }).view)
    expect(finding?.resource).toMatchObject({ kind: 'CronJob', name: 'nightly' })
  })

  it('takes an evicted pod that its controller has replaced for history', () => {
    const { view, logs, pod } = logIncident({
      current: 'FATAL LEDGER_URL must be set',
      status: { state: { terminated: { exitCode: 137 } } },
    })
    expect(judgeLogs(logs, view)).toHaveLength(1)
    Object.assign(pod.status ?? {}, { phase: 'Failed', reason: 'Evicted' })
    expect(judgeLogs(logs, view)).toEqual([])
  })

  it('makes one finding of the same trouble in two pods', () => {
    const { view, logs } = logIncident({ current: 'FATAL LEDGER_URL must be set' })
    const [first] = logs
    if (!first) throw new Error('no log')
    const twin = { ...first, pod: { ...first.pod, metadata: { ...first.pod.metadata, name: 'api-1' } } }
    const findings = judgeLogs([first, twin], view)
    expect(findings).toHaveLength(1)
    expect(findings[0]?.affects.map((ref) => ref.name)).toEqual(['api-0', 'api-1'])
  })

  describe('credentials that are refused', () => {
    const refusal =
      'FATAL connection to server at "ledger-db" (10.96.7.7), port 5432 failed: FATAL: password authentication failed for user "ledger_rw"'
    const fromSecret = (name: string, secret: string, key: string) => ({
      name,
      valueFrom: { secretKeyRef: { name: secret, key } },
    })

    it('names the user, the server, and the Secret and key that the password is read from', () => {
      const finding = only({
        current: refusal,
        container: { env: [fromSecret('DB_PASSWORD', 'api-db', 'password'), { name: 'MAIL_TOKEN', value: 'tok-1' }] },
        objects: [service('ledger-db')],
      })
      expect(finding).toMatchObject({ mechanism: 'authentication_failed', resource: { name: 'api' }, blames: [] })
      expect(
        missingFacts(finding.statement, 'ledger_rw', 'Service ledger-db', 'DB_PASSWORD', 'Secret api-db', 'password'),
      ).toEqual([])
      expect(finding.remedies[0]).toMatchObject({
        kind: 'custom_instruction',
        target: { kind: 'Secret', name: 'api-db' },
        params: { change: 'correct_credentials' },
      })
      expect(finding.remedies.at(-1)?.kind).toBe('escalate')
      expect(JSON.stringify(finding)).not.toContain('tok-1')
    })

    it('says where the server takes its own password from, where that is another key', () => {
      const server = object('StatefulSet', 'ledger-db', { spec: { selector: { matchLabels: { app: 'ledger-db' } } } })
      const pod = object('Pod', 'ledger-db-0', {
        spec: { containers: [{ name: 'pg', env: [fromSecret('POSTGRES_PASSWORD', 'ledger-db', 'admin')] }] },
        status: { phase: 'Running' },
      })
      pod.metadata.labels = { app: 'ledger-db' }
      pod.metadata.ownerReferences = [
        { kind: 'StatefulSet', name: 'ledger-db', uid: server.metadata.uid, controller: true },
      ]
      const finding = only({
        current: refusal,
        container: { env: [fromSecret('DB_PASSWORD', 'api-db', 'password')] },
        objects: [service('ledger-db', { selector: { app: 'ledger-db' } }), server, pod],
      })
      expect(
        missingFacts(
          finding.statement,
          'StatefulSet ledger-db',
          'POSTGRES_PASSWORD',
          'Secret ledger-db',
          'password authentication failed',
        ),
      ).toEqual([])
    })

    it('guesses no key among several that fit as well', () => {
      const finding = only({
        current: 'FATAL 401 Unauthorized from https://api.partner.example.com/v1',
        container: { env: [fromSecret('A_TOKEN', 'a', 'a'), fromSecret('B_TOKEN', 'b', 'b')] },
      })
      expect(finding.statement).not.toMatch(/A_TOKEN|B_TOKEN/)
      expect(finding.remedies.map((remedy) => remedy.kind)).toEqual(['escalate'])
    })
  })

  it('tells neither a token nor a password that a line or a variable holds', () => {
    const token = only({
      current: 'FATAL invalid value for API_TOKEN: "tok_abcdef123456"',
      container: { env: [{ name: 'API_TOKEN', value: 'tok_abcdef123456' }] },
    })
    expect(token.statement + JSON.stringify(token.remedies)).not.toContain('tok_abc')
    const url = only({ current: 'FATAL cannot connect to postgres://app:s3cr3t99@pg.example.com:5432/app: refused' })
    expect(url.statement + JSON.stringify(url.remedies)).not.toContain('s3cr3t99')
  })

  it('finds the one decisive line in ten thousand', () => {
    const noise = (count: number) =>
      Array.from({ length: count }, (_, index) => `${ago(300)} INFO GET /items/${index} 200 ${index % 90}ms`)
    const finding = only({
      current: [...noise(5000), 'FATAL required environment variable LEDGER_URL is not set', ...noise(5000)].join('\n'),
    })
    expect(finding).toMatchObject({ mechanism: 'missing_env' })
  })

  it('reads a stack trace whose beginning was cut off', () => {
    const finding = only({
      current:
        '\tat com.acme.Cart.total(Cart.java:77)\nCaused by: java.net.UnknownHostException: tax.partner.example.com\n\t... 12 more',
    })
    expect(finding.mechanism).toBe('dns_name_unresolved')
  })

  it('does not take reporting on the side, nor an earlier trouble outside, for the reason of the end', () => {
    const exporter = `${ago(70)} ERROR otel exporter: failed to export traces: dial tcp 203.0.113.9:4317: connect: connection refused`
    expect(
      only({ current: `${exporter}\nError: Invalid plan "gold+"\n    at parse (/app/plan.js:9:11)` }).mechanism,
    ).toBe('application_panic')
    const seats = only({
      current: `${ago(90)} ERROR dial tcp 203.0.113.9:9000: connect: connection refused\n${ago(61)} FATAL licence seats used up`,
    })
    expect(seats.statement).toContain('licence seats used up')
  })

  it('takes a warning that names the dependency, where the last words only say that the time ran out', () => {
    const finding = only({
      current: `${ago(90)} WARN rpc: dial tcp 203.0.113.9:2379: connect: connection refused\nError: context deadline exceeded`,
    })
    expect(finding.statement).toContain('203.0.113.9:2379')
  })

  it('calls a peer of a stateful set by its governing service, where that is missing', () => {
    const finding = only({
      kind: 'StatefulSet',
      workload: 'store',
      current: 'FATAL dial tcp: lookup store-1.store-peers on 10.96.0.10:53: no such host',
      objects: [],
      governing: 'store-peers',
    })
    expect(finding.mechanism).toBe('service_missing')
    expect(missingFacts(finding.statement, 'Service store-peers', 'namespace shop')).toEqual([])
  })

  it.each([
    ['INFO loading model weights, this may take up to 2 minutes', '120 s'],
    ['INFO Estimated startup time: ~40 seconds', '40 s'],
    ['INFO config loaded in 0.2s\nINFO replaying WAL, ETA 1m30s', '90 s'],
  ])('reads from "%s" how long a start takes', (said, needed) => {
    const finding = only({
      current: `${said}\nINFO received SIGTERM, shutting down`,
      container: { livenessProbe: { periodSeconds: 5, failureThreshold: 3 } },
      events: [
        { type: 'Normal', reason: 'Killing', message: 'Container main failed liveness probe, will be restarted' },
        { message: 'Liveness probe failed: dial tcp 10.244.1.5:8080: connect: connection refused' },
      ],
    })
    expect(finding.mechanism).toBe('liveness_too_aggressive')
    expect(missingFacts(finding.statement, needed)).toEqual([])
    expect(finding.confidence).toBeGreaterThan(0.75)
  })

  it('reads how long a start takes that the startup probe cuts short', () => {
    const finding = only({
      current: 'INFO building index, takes about 90 s\nINFO received SIGTERM, shutting down',
      container: { startupProbe: { periodSeconds: 10, failureThreshold: 3 } },
      events: [
        { type: 'Normal', reason: 'Killing', message: 'Container main failed startup probe, will be restarted' },
      ],
    })
    expect(finding.mechanism).toBe('startup_probe_too_short')
    expect(missingFacts(finding.statement, '90 s')).toEqual([])
    expect(finding.remedies[0]).toMatchObject({
      kind: 'patch_probe',
      params: { probe: 'startup', failureThreshold: 14 },
    })
  })

  describe('a program that listens on its loopback only', () => {
    const running = { ready: false, restartCount: 0, state: { running: { startedAt: ago(300) } }, lastState: {} }
    const refused =
      'Readiness probe failed: Get "http://10.244.1.5:8080/": dial tcp 10.244.1.5:8080: connect: connection refused'
    const current = `${ago(290)} INFO server listening on 127.0.0.1:8080`

    it('is told to listen on all addresses, by the variable that holds the address', () => {
      const finding = only({
        current,
        status: running,
        container: { env: [{ name: 'BIND_ADDR', value: '127.0.0.1:8080' }] },
        events: [{ message: refused }],
      })
      expect(finding).toMatchObject({ mechanism: 'bad_config_value' })
      expect(finding.statement).toContain('127.0.0.1:8080')
      expect(finding.remedies[0]).toMatchObject({
        kind: 'set_env',
        params: { name: 'BIND_ADDR', value: '0.0.0.0:8080' },
      })
    })

    it('is left alone where the probe asks another port, or it listens elsewhere too', () => {
      const other = refused.replaceAll('8080', '9090')
      expect(judge({ current, status: running, events: [{ message: other }] })).toEqual([])
      const both = `${current}\n${ago(289)} INFO server listening on 0.0.0.0:8080`
      expect(judge({ current: both, status: running, events: [{ message: refused }] })).toEqual([])
    })
  })

  it('takes what was said when the pod stopped being ready, however long ago, and nothing else of old', () => {
    const lines = (seconds: number) =>
      `${ago(seconds)} ERROR dial tcp 10.9.9.9:5432: connect: connection refused\n${ago(20)} INFO tick`
    const since = (seconds: number) => {
      const { logs, view, pod } = logIncident({
        current: lines(seconds),
        status: { ready: false, restartCount: 0, state: { running: { startedAt: ago(9000) } }, lastState: {} },
      })
      pod.status = {
        ...pod.status,
        conditions: [{ type: 'Ready', status: 'False', lastTransitionTime: ago(3000) }],
      }
      return judgeLogs(logs, view).map(({ mechanism }) => mechanism)
    }
    expect(since(3040)).toEqual(['dependency_unreachable'])
    expect(since(5000)).toEqual([])
  })

  it('does not say that a run had no time to start which lived far longer than its probe grants', () => {
    const findings = judge({
      current: 'INFO GET /healthz 200 1840ms\nINFO received SIGTERM, shutting down',
      status: {
        lastState: { terminated: { exitCode: 137, reason: 'Error', startedAt: ago(500), finishedAt: ago(60) } },
      },
      container: { livenessProbe: { periodSeconds: 5, failureThreshold: 3, timeoutSeconds: 1 } },
      events: [
        { type: 'Normal', reason: 'Killing', message: 'Container main failed liveness probe, will be restarted' },
        { message: 'Liveness probe failed: context deadline exceeded' },
      ],
    })
    expect(findings.map((finding) => finding.mechanism)).not.toContain('liveness_too_aggressive')
  })
})
