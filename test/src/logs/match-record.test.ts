import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { matchRecord } from '#src/logs/match-record.ts'
import { readRecords } from '#src/logs/read-records.ts'
import type { Facts, SignatureFamily } from '#src/logs/signatures/signature.ts'
import { mustEnd } from '#test/helpers/must-end.ts'

/** Wordings of real programs: family, what they print, and what must be read from it. */
const wordings: [SignatureFamily, string, Facts][] = [
  // required settings
  ['missing_setting', "KeyError: 'STRIPE_KEY'", { variable: 'STRIPE_KEY' }],
  ['missing_setting', 'Error: Missing required environment variable: SMTP_HOST', { variable: 'SMTP_HOST' }],
  ['missing_setting', '{"level":"fatal","msg":"missing required env var TENANT_ID"}', { variable: 'TENANT_ID' }],
  ['missing_setting', '2026/03/01 10:00:00 required key WAREHOUSE_DSN missing value', { variable: 'WAREHOUSE_DSN' }],
  ['missing_setting', 'env: required environment variable "QUEUE_URL" is not set', { variable: 'QUEUE_URL' }],
  [
    'missing_setting',
    'java.lang.IllegalArgumentException: Could not resolve placeholder \'billing.api.key\' in value "${billing.api.key}"',
    { setting: 'billing.api.key' },
  ],
  [
    'missing_setting',
    'pydantic_core._pydantic_core.ValidationError: 1 validation error for Settings\ndatabase_url\n  Field required [type=missing, input_value={}, input_type=dict]',
    { setting: 'database_url' },
  ],
  [
    'missing_setting',
    '/app/config.rb:3:in `fetch\': key not found: "RAILS_MASTER_KEY" (KeyError)',
    { variable: 'RAILS_MASTER_KEY' },
  ],
  ['missing_setting', '/entrypoint.sh: line 4: LICENSE_FILE: unbound variable', { variable: 'LICENSE_FILE' }],
  ['missing_setting', 'ERROR: KAFKA_ADVERTISED_LISTENERS is required', { variable: 'KAFKA_ADVERTISED_LISTENERS' }],
  [
    'missing_setting',
    'Error: Database is uninitialized and superuser password is not specified.\n       You must specify POSTGRES_PASSWORD to a non-empty value',
    { variable: 'POSTGRES_PASSWORD' },
  ],
  [
    'missing_setting',
    '2026-03-01 10:00:00+00:00 [ERROR] [Entrypoint]: Database is uninitialized and password option is not specified\n    You need to specify one of the following as an environment variable:\n    - MYSQL_ROOT_PASSWORD',
    { variable: 'MYSQL_ROOT_PASSWORD' },
  ],
  [
    'missing_setting',
    '** (RuntimeError) environment variable SECRET_KEY_BASE is missing.',
    { variable: 'SECRET_KEY_BASE' },
  ],
  ['missing_setting', 'FATAL: SECRET_KEY_BASE must be set', { variable: 'SECRET_KEY_BASE' }],
  ['missing_setting', 'ERROR You must specify NEO4J_URI', { variable: 'NEO4J_URI' }],
  [
    'missing_setting',
    "Unhandled exception. System.InvalidOperationException: Missing configuration value 'Auth:Authority'",
    { setting: 'Auth:Authority' },
  ],
  [
    'missing_setting',
    'PHP Fatal error:  Uncaught Symfony\\Component\\DependencyInjection\\Exception\\EnvNotFoundException: Environment variable not found: "MAILER_DSN".',
    { variable: 'MAILER_DSN' },
  ],
  [
    'missing_setting',
    'ZodError: [\n  {\n    "code": "invalid_type",\n    "path": [\n      "SESSION_SECRET"\n    ],\n    "message": "Required"\n  }\n]',
    { variable: 'SESSION_SECRET' },
  ],
  [
    'missing_setting',
    'level=error msg="configuration invalid" err="BUCKET_NAME is not set"',
    { variable: 'BUCKET_NAME' },
  ],
  [
    'missing_setting',
    'Error: SRCFG00014: The config property quarkus.oidc.url is required but it could not be found in any config source',
    { setting: 'quarkus.oidc.url' },
  ],
  // bad values
  [
    'bad_config',
    'FATAL load /etc/app/app.yaml: yaml: line 12: did not find expected key',
    { file: '/etc/app/app.yaml', line: '12' },
  ],
  ['bad_config', 'Caused by: java.lang.NumberFormatException: For input string: "30s"', { value: '30s' }],
  ['bad_config', "ValueError: invalid literal for int() with base 10: 'many'", { value: 'many' }],
  [
    'bad_config',
    'nginx: [emerg] unknown directive "proxy_pas" in /etc/nginx/conf.d/default.conf:14',
    { key: 'proxy_pas', file: '/etc/nginx/conf.d/default.conf', line: '14' },
  ],
  [
    'bad_config',
    '2026-03-01 10:00:00.000 UTC [1] FATAL:  invalid value for parameter "shared_buffers": "lots"',
    { key: 'shared_buffers', value: 'lots' },
  ],
  [
    'bad_config',
    "2026-03-01T10:00:00.000000Z 0 [ERROR] [MY-000067] [Server] unknown variable 'max_conections=500'.",
    { key: 'max_conections', value: '500' },
  ],
  ['bad_config', '*** FATAL CONFIG FILE ERROR (Redis 7.2.4) ***', {}],
  [
    'bad_config',
    'org.apache.kafka.common.config.ConfigException: Invalid value abc for configuration retention.ms: Not a number of type LONG',
    { key: 'retention.ms', value: 'abc' },
  ],
  ['bad_config', 'ERROR invalid log level: "verbos"', { value: 'verbos' }],
  ['bad_config', 'error: time: invalid duration "ten" for TIMEOUT_MS', { key: 'TIMEOUT_MS' }],
  ['bad_config', 'FATAL pq: database "ordrs" does not exist', { value: 'ordrs' }],
  ['bad_config', 'FATAL unknown key "retires" in /etc/api/config.yaml line 7', { key: 'retires', line: '7' }],
  ['migration', 'FATAL schema version 12 is older than required version 14', {}],
  // arguments
  ['bad_arguments', 'error: unknown flag: --replica-cout', { flag: '--replica-cout' }],
  ['bad_arguments', 'flag provided but not defined: -adress', { flag: '-adress' }],
  ['bad_arguments', 'worker.py: error: unrecognized arguments: --que high', { flag: '--que' }],
  ['bad_arguments', 'Unrecognized option: -Xmxx512m', { flag: '-Xmxx512m' }],
  ['bad_arguments', 'node: bad option: --max-old-space', { flag: '--max-old-space' }],
  ['bad_arguments', 'error: unknown command "serv" for "gatewayd"', { flag: 'serv' }],
  ['bad_arguments', 'Error: No such option: --prot', { flag: '--prot' }],
  ['bad_arguments', "error: Found argument '--confg' which wasn't expected, or isn't valid in this context", {}],
  ['bad_arguments', "error: unexpected argument '--confg' found", { flag: '--confg' }],
  // unreachable
  ['unreachable', 'ERROR dial tcp 10.0.0.7:6379: connect: connection refused', { host: '10.0.0.7', port: '6379' }],
  ['unreachable', 'Error: connect ECONNREFUSED 10.0.0.9:5672', { host: '10.0.0.9', port: '5672' }],
  [
    'unreachable',
    'psycopg2.OperationalError: connection to server at "users-db" (10.0.0.8), port 5432 failed: Connection refused',
    { host: 'users-db', port: '5432' },
  ],
  [
    'unreachable',
    'org.postgresql.util.PSQLException: Connection to users-db:5432 refused. Check that the hostname and port are correct',
    { host: 'users-db', port: '5432' },
  ],
  [
    'unreachable',
    'redis.exceptions.ConnectionError: Error 111 connecting to cache:6379. Connection refused.',
    { host: 'cache', port: '6379' },
  ],
  [
    'unreachable',
    '2026/03/01 10:00:00 [error] 7#7: *1 connect() failed (111: Connection refused) while connecting to upstream, client: 10.0.0.1, server: , request: "GET / HTTP/1.1", upstream: "http://10.0.0.20:8080/", host: "x"',
    { host: '10.0.0.20', port: '8080' },
  ],
  [
    'unreachable',
    'Errno::ECONNREFUSED: Connection refused - connect(2) for "search" port 9200',
    { host: 'search', port: '9200' },
  ],
  [
    'unreachable',
    'ERROR [Producer] broker-0:9092/bootstrap: Connect to ipv4#10.0.0.4:9092 failed: Connection refused',
    { host: 'broker-0', port: '9092' },
  ],
  [
    'unreachable',
    'curl: (7) Failed to connect to auth port 8080 after 2 ms: Connection refused',
    { host: 'auth', port: '8080' },
  ],
  ['unreachable', "Error: Can't reach database server at `users-db`:`5432`", { host: 'users-db', port: '5432' }],
  // names
  ['unresolved_name', 'ERROR dial tcp: lookup cache.prod on 10.96.0.10:53: no such host', { host: 'cache.prod' }],
  ['unresolved_name', 'Error: getaddrinfo ENOTFOUND mongo-primary', { host: 'mongo-primary' }],
  ['unresolved_name', 'java.net.UnknownHostException: ldap.corp-dir', { host: 'ldap.corp-dir' }],
  [
    'unresolved_name',
    'psycopg2.OperationalError: could not translate host name "users-dbb" to address: Name or service not known',
    { host: 'users-dbb' },
  ],
  [
    'unresolved_name',
    'nginx: [emerg] host not found in upstream "backend-v2:8080" in /etc/nginx/conf.d/default.conf:3',
    { host: 'backend-v2', port: '8080' },
  ],
  ['unresolved_name', "nc: bad address 'queue'", { host: 'queue' }],
  ['unresolved_name', 'curl: (6) Could not resolve host: vault.sec', { host: 'vault.sec' }],
  [
    'unresolved_name',
    'redis.exceptions.ConnectionError: Error -2 connecting to cachee:6379. Name or service not known.',
    { host: 'cachee' },
  ],
  ['unresolved_name', "error: ** server can't find jobs-db: NXDOMAIN", { host: 'jobs-db' }],
  // TLS
  [
    'tls',
    'ERROR Post "https://vault:8200": tls: failed to verify certificate: x509: certificate signed by unknown authority',
    {},
  ],
  ['tls', 'ERROR x509: certificate is valid for api.internal, not api.prod', { host: 'api.prod' }],
  [
    'tls',
    'ssl.SSLCertVerificationError: [SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: self-signed certificate',
    {},
  ],
  [
    'tls',
    'javax.net.ssl.SSLHandshakeException: PKIX path building failed: unable to find valid certification path',
    {},
  ],
  ['tls', 'Error: unable to verify the first certificate', {}],
  [
    'tls',
    'Unhandled exception. System.Security.Authentication.AuthenticationException: The remote certificate is invalid',
    {},
  ],
  // credentials
  [
    'authentication',
    '2026-03-01 10:00:00.000 UTC [7] FATAL:  password authentication failed for user "ledger"',
    { user: 'ledger' },
  ],
  [
    'authentication',
    "ERROR 1045 (28000): Access denied for user 'shop'@'10.0.0.3' (using password: YES)",
    { user: 'shop' },
  ],
  ['authentication', 'redis.exceptions.AuthenticationError: WRONGPASS invalid username-password pair', {}],
  ['authentication', 'Error: org.apache.kafka.common.errors.SaslAuthenticationException: Authentication failed', {}],
  ['authentication', 'MongoServerError: Authentication failed.', {}],
  ['authentication', 'Error: Request failed with status code 401', { value: '401' }],
  // RBAC
  [
    'forbidden',
    'E0301 10:00:00.000000       1 reflector.go:150] Failed to watch *v1.Secret: secrets is forbidden: User "system:serviceaccount:ops:janitor" cannot list resource "secrets" in API group "" at the cluster scope',
    { account: 'janitor', account_namespace: 'ops', verb: 'list', resource: 'secrets' },
  ],
  [
    'forbidden',
    'ERROR deployments.apps "web" is forbidden: User "system:serviceaccount:ops:scaler" cannot patch resource "deployments" in API group "apps" in the namespace "web"',
    { verb: 'patch', resource: 'deployments', group: 'apps', scope: 'web' },
  ],
  [
    'forbidden',
    'kubernetes.client.exceptions.ApiException: (403) {"message":"pods is forbidden: User \\"x\\" cannot list"}',
    {},
  ],
  [
    'forbidden',
    'Error: configmaps "state" is forbidden: User "system:serviceaccount:a:b" cannot update resource "configmaps" in API group "" in the namespace "a"',
    { verb: 'update' },
  ],
  [
    'forbidden',
    'io.fabric8.kubernetes.client.KubernetesClientException: pods is forbidden: User "system:serviceaccount:ci:runner" cannot create resource "pods" in API group "" in the namespace "ci"',
    { account: 'runner' },
  ],
  // memory of the runtime
  [
    'runtime_memory',
    'Exception in thread "main" java.lang.OutOfMemoryError: Java heap space',
    { value: 'Java heap space' },
  ],
  ['runtime_memory', 'FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory', {}],
  ['runtime_memory', 'MemoryError', {}],
  ['runtime_memory', 'fatal error: runtime: out of memory', {}],
  ['runtime_memory', 'PHP Fatal error:  Allowed memory size of 134217728 bytes exhausted', { value: '134217728' }],
  ['runtime_memory', 'memory allocation of 33554432 bytes failed', {}],
  // disk, files, ports, platform
  ['disk_full', 'ERROR write /var/lib/app/wal/0001: no space left on device', {}],
  ['disk_full', 'Error: ENOSPC: no space left on device, write', {}],
  ['disk_full', "OSError: [Errno 28] No space left on device: '/data/spool'", {}],
  [
    'disk_full',
    '2026-03-01 10:00:00.000 UTC [1] PANIC:  could not write to file "pg_wal/xlogtemp.29": No space left on device',
    {},
  ],
  ['disk_full', 'java.io.IOException: No space left on device', {}],
  ['permission', 'ERROR open /var/log/app.log: permission denied', { path: '/var/log/app.log' }],
  ['permission', "Error: EACCES: permission denied, open '/data/state.json'", { path: '/data/state.json' }],
  ['permission', "PermissionError: [Errno 13] Permission denied: '/cache'", { path: '/cache' }],
  [
    'permission',
    'nginx: [emerg] mkdir() "/var/cache/nginx/client_temp" failed (13: Permission denied)',
    { path: '/var/cache/nginx/client_temp' },
  ],
  ['permission', 'java.nio.file.AccessDeniedException: /opt/app/data', { path: '/opt/app/data' }],
  ['permission', "OSError: [Errno 30] Read-only file system: '/tmp/x'", { path: '/tmp/x' }],
  ['file_missing', 'FATAL open /etc/app/config.toml: no such file or directory', { path: '/etc/app/config.toml' }],
  ['file_missing', "Error: ENOENT: no such file or directory, open '/app/keys/jwt.pem'", { path: '/app/keys/jwt.pem' }],
  [
    'file_missing',
    "FileNotFoundError: [Errno 2] No such file or directory: '/models/m.bin'",
    { path: '/models/m.bin' },
  ],
  ['file_missing', 'Error: Unable to access jarfile /app/app.jar', { path: '/app/app.jar' }],
  ['file_missing', "Error: Cannot find module '/app/dist/main.js'", { path: '/app/dist/main.js' }],
  ['port_in_use', 'FATAL listen tcp :9090: bind: address already in use', { port: '9090' }],
  ['port_in_use', 'Error: listen EADDRINUSE: address already in use :::3000', { port: '3000' }],
  ['port_in_use', 'nginx: [emerg] bind() to 0.0.0.0:80 failed (98: Address already in use)', { port: '80' }],
  ['port_in_use', 'Web server failed to start. Port 8081 was already in use.', { port: '8081' }],
  [
    'port_in_use',
    "OSError: [Errno 98] error while attempting to bind on address ('0.0.0.0', 8000): address already in use",
    { port: '8000' },
  ],
  ['platform', 'exec /usr/local/bin/app: exec format error', {}],
  // the program's own
  ['migration', 'ERROR:  relation "invoices" does not exist at character 15', { relation: 'invoices' }],
  ['migration', 'django.db.utils.ProgrammingError: relation "auth_user" does not exist', { relation: 'auth_user' }],
  ['migration', 'ActiveRecord::PendingMigrationError: Migrations are pending.', {}],
  ['migration', 'Error: P3009: migrate found failed migrations in the target database', {}],
  ['migration', 'org.flywaydb.core.api.FlywayException: Validate failed: Migrations have failed validation', {}],
  ['migration', 'error: Dirty database version 14. Fix and force version.', { value: '14' }],
  ['stuck', 'WARN HikariPool-1 - Connection is not available, request timed out after 30000ms.', {}],
  ['stuck', 'fatal error: all goroutines are asleep - deadlock!', {}],
  ['stuck', 'sqlalchemy.exc.TimeoutError: QueuePool limit of size 5 overflow 10 reached, connection timed out', {}],
  ['stuck', '[CRITICAL] WORKER TIMEOUT (pid:12)', {}],
  ['stuck', 'WARN thread pool exhausted: 200/200 busy', {}],
  [
    'panic',
    'panic: assignment to entry in nil map\n\ngoroutine 1 [running]:\nmain.run()\n\t/src/main.go:9 +0x1',
    { value: 'assignment to entry in nil map' },
  ],
  [
    'panic',
    'Exception in thread "main" java.lang.IllegalStateException: no plan\n\tat shop.Main.main(Main.java:7)',
    { value: 'java.lang.IllegalStateException: no plan' },
  ],
  [
    'panic',
    'Traceback (most recent call last):\n  File "/app/x.py", line 3, in <module>\nZeroDivisionError: division by zero',
    { value: 'ZeroDivisionError: division by zero' },
  ],
  [
    'panic',
    "TypeError: Cannot read properties of undefined (reading 'id')\n    at load (/app/a.js:1:1)",
    { value: "TypeError: Cannot read properties of undefined (reading 'id')" },
  ],
  [
    'panic',
    "thread 'main' panicked at src/main.rs:42:10:\ncalled `Option::unwrap()` on a `None` value",
    { place: 'src/main.rs:42' },
  ],
  [
    'panic',
    'Unhandled exception. System.NullReferenceException: Object reference not set',
    { value: 'System.NullReferenceException: Object reference not set' },
  ],
  ['data_error', 'ERROR orders-2026.csv: line 12: column "price" is not a valid number', { row: '12' }],
  ['data_error', 'FATAL record 77 of batch.jsonl: unexpected end of input', { row: '77' }],
  ['data_error', 'ERROR duplicate key value violates unique constraint "users_pkey"', { key: 'users_pkey' }],
  ['waiting', 'waiting for broker:5672', { host: 'broker', port: '5672' }],
  ['waiting', 'wait-for-it.sh: waiting 15 seconds for users-db:5432', { host: 'users-db', port: '5432' }],
  ['waiting', 'users-db:5432 - no response', { host: 'users-db', port: '5432' }],
  ['waiting', 'Waiting for: tcp://cache:6379', { host: 'cache', port: '6379' }],
]

/** What programs that are well say: no family may take it for trouble. */
const harmless = [
  '2026-03-01T10:00:00Z INFO  server listening on :8080',
  '2026-03-01 10:00:00.000 UTC [1] LOG:  database system is ready to accept connections',
  'INFO:     Application startup complete.',
  '10.0.0.1 - - [01/Mar/2026:10:00:00 +0000] "GET /healthz HTTP/1.1" 200 2 "-" "kube-probe/1.36"',
  '{"level":"info","msg":"loaded configuration from /etc/app/config.yaml"}',
  'I0301 10:00:00.000000       1 leaderelection.go:250] attempting to acquire leader lease',
  '2026-03-01T10:00:00Z DEBUG feature flags: 12 loaded, 0 missing',
  '2026-03-01T10:00:00Z INFO  processed 8841 rows of orders.csv',
]

describe('src/logs/match-record', () => {
  it.each(wordings)('reads %s from: %s', (family, text, facts) => {
    const records = readRecords(text.split('\n').map((line) => ({ text: line })))
    const matches = records.flatMap(matchRecord).filter((match) => match.signature.family === family)
    expect(matches).not.toHaveLength(0)
    expect(matches[0]?.facts).toMatchObject(facts)
  })

  it.each(harmless)('takes no trouble from: %s', (text) => {
    expect(readRecords([{ text }]).flatMap(matchRecord)).toEqual([])
  })

  it('does not take a value of the wrong kind for a missing variable', () => {
    const [record] = readRecords([{ text: 'FATAL environment variable PORT must be a number, got "http"' }])
    const families = record ? matchRecord(record).map((match) => match.signature.family) : []
    expect(families).toContain('bad_config')
    expect(families).not.toContain('missing_setting')
  })

  it('does not backtrack on hostile lines', () => {
    const line = `ERROR ${'a-'.repeat(500_000)} required environment variable ${'x '.repeat(50_000)}`
    expect(mustEnd(() => readRecords([{ text: line }]).map(matchRecord))).toHaveLength(1)
  })

  it.each(['a', '/', '(', '"', '1.', 'a/', '=x', '/a.'])('is not held up by a word without end: %s', (piece) => {
    const text = `ERROR ${piece.repeat(1_000_000 / piece.length)}`
    expect(mustEnd(() => matchRecord({ index: 0, level: 'error', message: text, text }))).toEqual([])
  })
})

/** `family | line` of many runtimes and tools, as they are known from the field; \n within a line is a line break. */
const fieldWordings = readFileSync('test/fixtures/container-logs/field-wordings.txt', 'utf8')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'))
  .map((line): [string, string] => {
    const bar = line.indexOf(' | ')
    return [line.slice(0, bar), line.slice(bar + 3).replaceAll('\\n', '\n')]
  })

describe('src/logs/match-record, wordings from the field', () => {
  it.each(fieldWordings)('%s: %s', (family, text) => {
    const records = readRecords(text.split('\n').map((line) => ({ text: line })))
    const families = records.flatMap((record) => matchRecord(record).map(({ signature }) => signature.family))
    expect(families).toContain(family)
  })
})
