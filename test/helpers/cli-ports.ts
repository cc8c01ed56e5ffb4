import type { CliPorts } from '#src/cli/cli-ports.ts'

/** Ports of the command line that note what is printed; what a test does not give must not be used. */
export function buildCliPorts(parts: Partial<CliPorts> = {}) {
  const printed = { stdout: '', stderr: '' }
  const refuse = (what: string) => () => Promise.reject(new Error(`${what} was not expected`))
  const ports: CliPorts = {
    version: '9.9.9',
    env: {},
    stdout: { write: (text) => (printed.stdout += text) },
    stderr: { write: (text) => (printed.stderr += text) },
    signal: new AbortController().signal,
    startService: refuse('startService'),
    serve: refuse('serve'),
    work: refuse('work'),
    openAudit: refuse('openAudit'),
    openCluster: refuse('openCluster'),
    startPractice: refuse('startPractice'),
    ...parts,
  }
  return { ports, printed }
}
