import type { MechanismNotes } from './mechanism-note.ts'

/** Memory and disk of containers. */
export const resourcesNotes = {
  oom_killed: {
    detected:
      'A container was OOMKilled and is down, or runs again and the kill was within the hour or comes back at its usual pace.',
    from: [
      '.status.containerStatuses[].state.terminated.reason',
      '.status.containerStatuses[].lastState.terminated.reason',
      '.spec.containers[].resources.limits.memory',
      'message: `OOM-killed (memory limit too low`',
      'log: children that end by SIGKILL while the first process lives on (gunicorn, php-fpm, celery, PostgreSQL, nginx)',
    ],
    suggests: ['rollback', 'patch_resources', 'escalate'],
    limits:
      'A leak and honest need look alike. Without a limit of its own the node ran out of memory, and no limit is proposed. A child process that is killed while the container lives does not show.',
  },
  cpu_starved: {
    detected:
      'Probes of a container time out, and its log tells of CPU throttling, or its CPU limit is 100m or less and its log tells of no hang.',
    from: [
      'events Unhealthy with a timeout',
      '.spec.containers[].resources.limits.cpu',
      'log: what runtimes and agents say of throttling',
    ],
    suggests: ['patch_resources', 'patch_probe'],
    limits: 'Without a word of the log it follows from how small the limit is; CPU metrics are not asked for.',
  },
  heap_over_limit: {
    detected: 'A container is OOMKilled, and a heap option lets its runtime take 90 % of the memory limit or more.',
    from: [
      '.spec.containers[].env, command and args (`-Xmx`, `MaxRAMPercentage`, `--max-old-space-size` and their like)',
      '.spec.containers[].resources.limits.memory',
    ],
    suggests: ['set_env', 'set_command', 'patch_resources'],
    limits: 'Options that the image itself sets, or that stand in a ConfigMap or Secret, are not seen.',
  },
  sandbox_failed: {
    detected:
      'Pods stay in ContainerCreating because the runtime cannot make their sandbox: a memory limit below what it needs itself, no addresses left, or a failing network plugin.',
    from: ['event `FailedCreatePodSandBox`', '.spec.containers[].resources.limits.memory'],
    suggests: ['patch_resources', 'escalate'],
    limits: 'What is wrong with the node or its plugin is known only as far as the event says.',
  },
  evicted_ephemeral_storage: {
    detected:
      'The kubelet evicted pods within the last 15 minutes because a container or an emptyDir passed its own limit.',
    from: [
      'event `Evicted`: `exceeded its local ephemeral storage limit`, `Usage of EmptyDir volume`',
      '.status.reason and .status.message of evicted pods',
      '.spec.containers[].resources.limits.ephemeral-storage',
    ],
    suggests: ['patch_resources', 'custom_instruction', 'escalate'],
    limits: 'What is written, and whether it is bounded, is not seen. One eviction whose replacement serves is over.',
  },
  disk_full: {
    detected: 'A failing container says that the file system that it writes to is full.',
    from: [
      'log: `no space left on device`, `ENOSPC`, `disk quota exceeded`, `flood stage disk watermark`',
      '.spec.containers[].volumeMounts and .spec.volumes',
    ],
    suggests: ['rollback', 'custom_instruction', 'escalate'],
    limits: 'How full a volume is, is not measured. A path that lies in no volume is on the disk of the node.',
  },
} as const satisfies MechanismNotes
