import type { ContainerState } from '#src/domain/kubernetes/objects.ts'

type Terminated = NonNullable<ContainerState['terminated']>

const signals: Record<number, string> = {
  1: 'SIGHUP',
  2: 'SIGINT',
  3: 'SIGQUIT',
  4: 'SIGILL: illegal instruction',
  6: 'SIGABRT: the program aborted itself',
  7: 'SIGBUS',
  8: 'SIGFPE',
  9: 'SIGKILL',
  11: 'SIGSEGV: segmentation fault',
  13: 'SIGPIPE',
  15: 'SIGTERM',
}
const codes: Record<number, string> = {
  0: 'Completed: it ends by itself',
  1: 'an error of its own',
  2: 'usage error, or an uncaught panic',
  64: 'usage error',
  65: 'bad input',
  66: 'input missing',
  69: 'a service it needs is unavailable',
  70: 'internal error',
  73: 'cannot create output',
  74: 'input or output error',
  75: 'temporary failure',
  77: 'permission denied',
  78: 'configuration error',
  126: 'the command cannot be executed',
  127: 'command not found',
  128: 'the container could not be started',
  255: 'an error of its own, status -1',
}

/** How a container ended, for people: `exit code 137 (OOMKilled)`, `exit code 139 (SIGSEGV: segmentation fault)`. */
export function readExit(terminated: Terminated): string {
  const { exitCode, reason } = terminated
  const special = reason && !['Error', 'Completed'].includes(reason) ? reason : undefined
  const signal = signals[terminated.signal ?? (exitCode > 128 ? exitCode - 128 : 0)]
  const meaning = special ?? codes[exitCode] ?? signal
  return meaning ? `exit code ${exitCode} (${meaning})` : `exit code ${exitCode}`
}
