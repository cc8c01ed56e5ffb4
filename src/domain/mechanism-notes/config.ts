import type { MechanismNotes } from './mechanism-note.ts'

/** Settings, files, commands and references of a pod template. */
export const configNotes = {
  missing_env: {
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
  bad_command: {
    detected:
      'The runtime says that the command or the working directory is not in the image or cannot be run; or the container ends with exit code 126 or 127.',
    from: [
      '.status.containerStatuses[].state.waiting.message',
      '.status.containerStatuses[].lastState.terminated (message, exitCode)',
      'event `Failed`: `executable file not found in $PATH`, `no such file or directory`, `permission denied`, `chdir to cwd`',
    ],
    suggests: ['rollback', 'set_command', 'custom_instruction'],
    limits:
      'Exit code 126 or 127 alone is told with little confidence, for a program may choose it itself. The image is not looked into: a right name is proposed only where the image or another container of it suggests one.',
  },
  port_conflict: {
    detected:
      'A container says that its address is in use, or it keeps dying while another container of the pod declares the same port.',
    from: [
      'log: `address already in use`, `EADDRINUSE`',
      '.spec.containers[].ports[].containerPort',
      '.status.containerStatuses[].lastState.terminated.exitCode',
    ],
    suggests: ['set_env', 'set_command'],
    limits: 'Which port is free and how the program is told to use it is asked for.',
  },
  file_permission: {
    detected:
      'A process may not read, write or execute a path, or listen on a port below 1024; or the runtime cannot make a path on a read-only root file system.',
    from: [
      'log: `permission denied`, `EACCES`, `Read-only file system`, `Operation not permitted`, with a path',
      'event `Failed`: `read-only file system`',
      '.spec.containers[].volumeMounts',
      '.spec.containers[].securityContext',
    ],
    suggests: ['rollback', 'custom_instruction', 'escalate'],
    limits:
      'Owner and mode of files are not seen. Security is never weakened to make a path usable: an fsGroup or a writable volume is proposed.',
  },
  file_missing: {
    detected: 'The decisive line of a failing container names a file, module or class that is not there.',
    from: [
      'log: `no such file or directory`, `ENOENT`, `FileNotFoundError`, `Cannot find module`, `Unable to access jarfile`',
      '.spec.containers[].volumeMounts',
      'ConfigMap keys below the mount',
    ],
    suggests: ['rollback', 'patch_configmap', 'escalate'],
    limits: 'What the image itself holds is not seen. The content of a missing key is asked for.',
  },
  tls_failure: {
    detected: 'The decisive line of a failing container tells of a TLS handshake that fails.',
    from: [
      'log: `x509:`, `CERTIFICATE_VERIFY_FAILED`, `PKIX path building failed`, `certificate has expired`, `self-signed certificate`',
    ],
    suggests: ['rollback', 'escalate'],
    limits: 'The certificates are not looked at. Switching verification off is never proposed.',
  },
  run_as_non_root: {
    detected: 'The kubelet refuses a container because runAsNonRoot is demanded and its user is root or not numeric.',
    from: [
      '.status.containerStatuses[].state.waiting.message',
      'event `Failed`: `container has runAsNonRoot and image will run as root`, `non-numeric user`, `breaks non-root policy`',
    ],
    suggests: ['custom_instruction'],
    limits: 'The user that the image is made for is not known. The demand itself is kept.',
  },
  lifecycle_hook_failed: {
    detected:
      'A postStart or preStop hook failed within the last 15 minutes, and the container is not ready or keeps ending.',
    from: ['events `FailedPostStartHook`, `FailedPreStopHook`', '.spec.containers[].lifecycle'],
    suggests: ['rollback', 'escalate'],
    limits: 'Newer kubelets do not say why a hook fails.',
  },
  missing_configmap: {
    detected:
      'A pod is held back, and its template refers to a ConfigMap that is proved absent or that the kubelet does not find.',
    from: [
      '.spec.containers[].env, envFrom and .spec.volumes',
      'the list of ConfigMaps',
      'waiting message and events: `configmap "..." not found`',
    ],
    suggests: ['rollback', 'set_env', 'custom_instruction', 'escalate'],
    limits:
      'Optional references count as none. Where the list may not be read and the kubelet says nothing, absence is not claimed. The content is asked for.',
  },
  missing_secret: {
    detected:
      'A pod is held back, and its template refers to a Secret that is proved absent or that the kubelet does not find.',
    from: [
      '.spec.containers[].env, envFrom and .spec.volumes',
      'the list of Secrets (names and key names)',
      'waiting message and events: `secret "..." not found`',
    ],
    suggests: ['rollback', 'set_env', 'custom_instruction', 'escalate'],
    limits:
      'Optional references count as none. Where the list may not be read and the kubelet says nothing, absence is not claimed. The content is asked for, never shown.',
  },
  missing_configmap_key: {
    detected: 'A pod is held back, and the ConfigMap that it refers to exists without the key that is wanted.',
    from: [
      '.spec.containers[].env[].valueFrom.configMapKeyRef and .spec.volumes[].configMap.items',
      'ConfigMap `.data` and `.binaryData`',
      "waiting message and events: `couldn't find key`, `references non-existent config key`",
    ],
    suggests: ['rollback', 'set_env', 'custom_instruction', 'patch_configmap'],
    limits: 'A near key is taken for the one that was meant; otherwise the content is asked for.',
  },
  missing_secret_key: {
    detected: 'A pod is held back, and the Secret that it refers to exists without the key that is wanted.',
    from: [
      '.spec.containers[].env[].valueFrom.secretKeyRef and .spec.volumes[].secret.items',
      'Secret key names',
      "waiting message and events: `couldn't find key`, `references non-existent secret key`",
    ],
    suggests: ['rollback', 'set_env', 'custom_instruction'],
    limits: 'A near key is taken for the one that was meant; otherwise the value is asked for, never shown.',
  },
  env_shadowed: {
    detected:
      'A container that is not well is given a variable more than once, and the value that wins is empty, or names a Service that does not exist while a hidden one names a Service that does.',
    from: [
      '.spec.containers[].env and .spec.containers[].envFrom, in their order of precedence',
      'ConfigMap `.data`, Secret key names',
      'the list of Services',
    ],
    suggests: ['rollback', 'set_env', 'custom_instruction'],
    limits: 'That the program needs the hidden value is inferred. Other repeats are not judged.',
  },
  env_stale: {
    detected:
      'A running container is not ready after a minute or keeps ending, and a ConfigMap or Secret that gives it variables was made anew or changed after its start.',
    from: [
      '.status.containerStatuses[].state.running.startedAt',
      '.metadata.creationTimestamp and .metadata.resourceVersion of the ConfigMap or Secret, and of the pod',
      '.spec.containers[].env and .spec.containers[].envFrom',
    ],
    suggests: ['restart_rollout', 'custom_instruction'],
    limits:
      'What was changed, and whether the program needs it, is not known. A change before the pod itself was last written does not show.',
  },
  service_name_unknown: {
    detected:
      'A container that is not well is given a URL or a name ending in `.svc` whose Service is proved absent; nothing more specific is told.',
    from: [
      '`.spec.containers[].env`, envFrom, command and args, with the value that wins',
      'ConfigMap `.data`',
      'the lists of Services and Namespaces',
      '.spec.hostAliases',
    ],
    suggests: ['rollback', 'custom_instruction'],
    limits:
      'Whether the program needs that name is not told, so any cause that is told ranks higher. Values in Secrets are never read.',
  },
} as const satisfies MechanismNotes
