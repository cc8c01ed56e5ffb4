import type { Recording, Retold } from './recording.ts'

const calm = [
  '10.244.0.1 - - [20/Nov/2026:09:40:00 +0000] "GET /metrics HTTP/1.1" 200 4123 "-" "Prometheus/2.53.0"',
  'level=info msg="cache refreshed" entries=412 took=3ms',
  '{"level":"info","msg":"heartbeat","seq":17}',
]

/** Hundreds of calm lines before what a program said. */
export function addChatter(recording: Recording): Retold {
  const before = Array.from({ length: 400 }, (_, index) => calm[index % calm.length] ?? '')
  const logs = Object.entries(recording.logs).map(([key, lines]) => [
    key,
    lines.length === 0 ? lines : [...before, ...lines],
  ])
  return { recording: { ...recording, logs: Object.fromEntries(logs) as Recording['logs'] } }
}
