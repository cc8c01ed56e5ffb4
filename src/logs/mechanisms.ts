import type { Declarations } from '#src/rules/kit/mechanisms.ts'

/** Mechanisms that only what a program prints can show. Those that objects show too are declared by the rules. */
export const logMechanisms = {
  application_error: {
    title: 'the application ends with an error of its own',
    category: 'application',
    role: 'cause',
    layer: 'container',
    explains: {
      service_name_unknown: 'the program names its error, the unknown name is only a suspicion',
    },
    detected:
      'A container that keeps exiting logs the reason as an error of its own: its last fatal or error line, memory that its runtime may not take, too many open files, a rate limit, a lost lease, or input that it cannot take.',
    from: [
      'log: the last line of level fatal or error',
      'log: `OutOfMemoryError`, `JavaScript heap out of memory`, `too many open files`, `429`, `leader election lost`, a row or record that is not valid',
    ],
    suggests: ['rollback', 'escalate'],
    limits:
      'A last line that fits no known wording is quoted with little confidence, and with even less where a healthy pod of the same workload says the same.',
  },
  application_panic: {
    title: 'the application panics or throws at a named place',
    category: 'application',
    role: 'cause',
    layer: 'workload',
    detected:
      'The log of a failing container holds a panic, an uncaught exception or a stack trace; the place is the first frame that belongs to no runtime, framework or library.',
    from: [
      'log: `panic:`, `Traceback`, `Exception in thread`, `Unhandled exception`, `panicked at`, `PHP Fatal error`, `Segmentation fault`',
      'log: the frames of the stack trace',
    ],
    suggests: ['rollback', 'escalate'],
    limits:
      'An exception that only wraps another error (a refused connection, a missing setting) gives way to that error. Without a printed frame the place is not known.',
  },
  application_hang: {
    title: 'the application stops answering while its process lives',
    category: 'application',
    role: 'cause',
    layer: 'workload',
    detected:
      'The kubelet kills a container for its liveness probe although the log says that it had started, and the probe timed out or got a server error; or the log speaks of a lock, a deadlock or an exhausted pool.',
    from: [
      'events `Killing` (failed liveness probe) and `Unhealthy` of the last 15 minutes',
      'log: `listening on`, `Started`, `ready to accept` and their like',
      'log: `deadlock`, `waiting for lock`, `pool exhausted`, `WORKER TIMEOUT` and their like',
    ],
    suggests: ['rollback', 'escalate'],
    limits: 'A program that hangs in silence and has no liveness probe shows only as not ready.',
  },
  missing_env: {
    title: 'a required environment variable or setting is not given',
    category: 'config',
    role: 'cause',
    layer: 'config',
    detected:
      'The decisive line of a failing container says that a required variable or setting is not given, and names it.',
    from: [
      'log: the wording of shells, languages and frameworks (`KeyError`, `required key ... missing value`, `Could not resolve placeholder`, `... is not set`)',
      '.spec.containers[].env of the pod and of earlier revisions',
      'Secret key names',
    ],
    suggests: ['rollback', 'set_env'],
    limits:
      'The value is never invented: it comes from an earlier revision (then `set_env` comes first), from the only Secret that holds a key of this name, or it is asked for. The name of a framework setting is turned into a variable by convention.',
  },
  bad_config_value: {
    title: 'a configuration value cannot be read or is not allowed',
    category: 'config',
    role: 'cause',
    layer: 'config',
    detected:
      'The program cannot read a value, which is traced to a variable or a line of a ConfigMap; it calls a port that the Service does not offer; or it listens on its loopback only while a probe is refused at that port.',
    from: [
      'log: parse and validation errors, `unknown directive`, YAML, JSON and TOML errors, `database "..." does not exist`',
      'log: `listening on 127.0.0.1:PORT`, with event `Unhealthy`: connection refused',
      '.spec.containers[].env, envFrom and volumeMounts',
      'ConfigMap `.data`',
      'Service `.spec.ports`',
    ],
    suggests: ['patch_configmap', 'set_env', 'set_command', 'rollback', 'custom_instruction', 'escalate'],
    limits:
      'Values in Secrets are never read, so one that stands there is asked about. Where the log names neither key nor value the place is not known.',
  },
  bad_args: {
    title: 'the program refuses its arguments',
    category: 'config',
    role: 'cause',
    layer: 'config',
    detected: 'The program ends at its start because it does not know, or misses, an argument or a sub-command.',
    from: [
      'log: `unknown flag`, `unrecognized arguments`, `flag provided but not defined`, `required flag`, `invalid choice`',
      '.spec.containers[].args and command, also of earlier revisions',
      'log: the usage text that follows',
    ],
    suggests: ['rollback', 'set_command'],
    limits:
      'The right argument is taken from an earlier revision or from the one near word of the usage text; otherwise it is asked for.',
  },
  file_missing: {
    title: 'a file that the process needs is not there',
    category: 'config',
    role: 'cause',
    layer: 'environment',
    detected: 'The decisive line of a failing container names a file, module or class that is not there.',
    from: [
      'log: `no such file or directory`, `ENOENT`, `FileNotFoundError`, `Cannot find module`, `Unable to access jarfile`',
      '.spec.containers[].volumeMounts',
      'ConfigMap keys below the mount',
    ],
    suggests: ['rollback', 'patch_configmap', 'escalate'],
    limits: 'What the image itself holds is not seen. The content of a missing key is asked for.',
  },
  disk_full: {
    title: 'a file system that the process writes to is full',
    category: 'resources',
    role: 'cause',
    layer: 'environment',
    detected: 'A failing container says that the file system that it writes to is full.',
    from: [
      'log: `no space left on device`, `ENOSPC`, `disk quota exceeded`, `flood stage disk watermark`',
      '.spec.containers[].volumeMounts and .spec.volumes',
    ],
    suggests: ['rollback', 'custom_instruction', 'escalate'],
    limits: 'How full a volume is, is not measured. A path that lies in no volume is on the disk of the node.',
  },
  tls_failure: {
    title: 'a TLS handshake fails: unknown authority, expired or wrong name',
    category: 'config',
    role: 'cause',
    layer: 'environment',
    detected: 'The decisive line of a failing container reports a TLS handshake that fails.',
    from: [
      'log: `x509:`, `CERTIFICATE_VERIFY_FAILED`, `PKIX path building failed`, `certificate has expired`, `self-signed certificate`',
    ],
    suggests: ['rollback', 'escalate'],
    limits: 'The certificates are not looked at. Switching verification off is never proposed.',
  },
  authentication_failed: {
    title: 'a dependency refuses the credentials',
    category: 'access',
    role: 'cause',
    layer: 'environment',
    detected: 'The decisive line of a failing container says that a dependency refuses its credentials.',
    from: [
      'log: the wording of PostgreSQL, MySQL, Redis, brokers, MongoDB, LDAP, cloud providers; HTTP 401 and 403',
      '.spec.containers[].env (names of variables, Secrets and keys)',
      'the variables of the server behind the called Service',
    ],
    suggests: ['rollback', 'custom_instruction', 'escalate'],
    limits: 'No value is read, so which side holds the wrong credentials is not known; both sources are named.',
  },
  rbac_forbidden: {
    title: 'the API server refuses a verb to the service account',
    category: 'access',
    role: 'cause',
    layer: 'config',
    detected:
      'The log of a failing container, or of a ready one again and again, quotes the API server: its service account may not do something.',
    from: ['log: `User "system:serviceaccount:..." cannot VERB resource "..."`, `... is forbidden`'],
    suggests: ['custom_instruction'],
    limits:
      'Roles and bindings are not compared. The rule that is proposed grants what was refused and no more; a further refusal may follow.',
  },
  migration_failed: {
    title: 'a schema migration fails or is missing',
    category: 'application',
    role: 'cause',
    layer: 'environment',
    detected:
      'The decisive line of a failing container reports a failed or pending migration, or a table or column that does not exist.',
    from: [
      'log: `relation "..." does not exist`, `no such table`, `Table ... doesn\'t exist`',
      'log: the wording of Flyway, Liquibase, Alembic, Prisma, Rails, Django, golang-migrate',
    ],
    suggests: ['rollback', 'escalate'],
    limits: 'Whether the schema or the program is too old is not known.',
  },
  dependency_unreachable: {
    title: 'a dependency refuses connections or does not answer',
    category: 'network',
    role: 'symptom',
    layer: 'container',
    explains: {
      init_container_waiting: 'the init container waits for the dependency',
      startup_probe_too_short:
        'the container waits for the dependency, so its start takes longer than the probe allows',
      application_error: 'the error is what the program makes of the failed call',
    },
    detected:
      'A failing container says that a dependency refuses, resets or does not answer; the Service behind the name or address is blamed.',
    from: [
      'log: `connection refused`, `ECONNREFUSED`, `i/o timeout`, `no route to host`, `waiting for HOST:PORT`, in the wording of many languages',
      'Service `.spec.clusterIP` and name',
      'Pod `.status.podIP`',
      'NetworkPolicies between both, where the call met silence',
    ],
    suggests: ['escalate'],
    limits:
      'Nothing is called: the state of what is blamed decides. A dependency outside the cluster cannot be judged, and a log that names no address gives little confidence.',
  },
  dns_name_unresolved: {
    title: 'a name that the workload calls does not resolve',
    category: 'network',
    role: 'cause',
    layer: 'wiring',
    detected:
      'A failing container, or a ready one again and again, says that a name does not resolve; where the name is that of an ExternalName Service, the host that it stands for is at fault. Where the name server gives no answer, or does not know a Service that is there, what stands behind it is looked at: it is the root if it is unwell.',
    from: [
      'log: `no such host`, `ENOTFOUND`, `EAI_AGAIN`, `server misbehaving`, `Name or service not known`, `UnknownHostException`, `host not found in upstream`',
      'the list of Services, Service `.spec.externalName`',
      '.spec.containers[].env, command, args and ConfigMaps: where the name is written',
    ],
    suggests: ['set_env', 'patch_configmap', 'set_command', 'escalate', 'custom_instruction'],
    limits:
      'No name is resolved here. A near Service is taken for the one that was meant only where there is exactly one. A name with a public suffix counts as outside the cluster. The name server is found as Service kube-dns of kube-system, whatever program stands behind it; in a cluster that names it otherwise the advice is to check its DNS.',
  },
  cpu_starved: {
    title: 'a CPU limit keeps a program from answering its probes in time',
    category: 'resources',
    role: 'cause',
    layer: 'workload',
    explains: {
      application_hang: 'a program without CPU time does not answer',
      application_panic: 'a program without CPU time runs into its own timeouts',
    },
    detected:
      'Probes of a container time out, and its log reports CPU throttling, or its CPU limit is 100m or less and its log reports no hang.',
    from: [
      'events Unhealthy with a timeout',
      '.spec.containers[].resources.limits.cpu',
      'log: what runtimes and agents say of throttling',
    ],
    suggests: ['patch_resources', 'patch_probe'],
    limits: 'Without a word of the log it follows from how small the limit is; CPU metrics are not asked for.',
  },
  probe_timeout_too_short: {
    title: 'a probe gives up before the health endpoint has answered',
    category: 'probe',
    role: 'cause',
    layer: 'wiring',
    explains: {
      probe_misconfigured: 'an answer that comes too late looks like a wrong port or path',
      liveness_too_aggressive: 'the timeout, not the delay, makes the probe fail',
    },
    detected:
      "The program's own log times its health endpoint at or above what the probe waits, and events tell that the probe timed out.",
    from: [
      '.spec.containers[].livenessProbe, readinessProbe, startupProbe (timeoutSeconds, httpGet.path)',
      'events `Unhealthy`: `context deadline exceeded`, `Client.Timeout`',
      'log: access and request lines with path and time, `health check took 1.8s`',
    ],
    suggests: ['patch_probe', 'escalate'],
    limits:
      'A program that does not time its requests, or that is slow beyond 30 s, is not judged so; why the answer is slow is not known.',
  },
} as const satisfies Declarations
