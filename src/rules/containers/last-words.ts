import type { ContainerState } from '#src/domain/kubernetes/objects.ts'

const longest = 120
const telling =
  /error|fatal|panic|exception|fail|denied|refused|missing|required|invalid|cannot|unable|not found|no such|unknown/i

/**
 * The line of a termination message that tells most: the last one that speaks of a failure, else the last one. Programs write it on
 * purpose (terminationMessagePath), or the kubelet takes it from the end of the log (FallbackToLogsOnError).
 */
export function lastWords(terminated: NonNullable<ContainerState['terminated']>): string | undefined {
  const lines = (terminated.message ?? '')
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '')
  const line = lines.findLast((each) => telling.test(each)) ?? lines.at(-1)
  return line && line.length > longest ? `${line.slice(0, longest - 3)}...` : line
}
