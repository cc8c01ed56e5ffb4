import type { StartFacts } from './start-lines.ts'

/** A few calm lines for a terminal, of a worker that has no address. */
export function workerLines({ version, cluster, minds, store }: Omit<StartFacts, 'url' | 'example'>): string {
  return [
    `sre-agent ${version} works on the queue`,
    `  cluster  ${cluster}`,
    `  mind     ${minds.join(', ')}`,
    `  store    ${store}`,
    '',
  ].join('\n')
}
