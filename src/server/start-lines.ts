/** What a service prints after its start. */
export interface StartFacts {
  url: string
  version: string
  /** The watched cluster, for people: `practice (12 namespaces)`. */
  cluster: string
  minds: string[]
  store: string
  /** The body of a request that this cluster can answer. */
  example: object
}

/** The lines of a server. */
export function startLines({ url, version, cluster, minds, store, example }: StartFacts): string {
  return [
    `sre-agent ${version} listens on ${url}`,
    `  cluster  ${cluster}`,
    `  mind     ${minds.join(', ')}`,
    `  store    ${store}`,
    `  docs     ${url}/docs`,
    '  try      (what is wrong here?)',
    `    curl -X POST ${url}/decide -H 'content-type: application/json' -d '${JSON.stringify(example)}'`,
    '',
  ].join('\n')
}

/** The lines of a worker without a server. */
export function workerLines({ version, cluster, minds, store }: Omit<StartFacts, 'url' | 'example'>): string {
  return [
    `sre-agent ${version} works on the queue`,
    `  cluster  ${cluster}`,
    `  mind     ${minds.join(', ')}`,
    `  store    ${store}`,
    '',
  ].join('\n')
}
