/** What a service that has just started tells the person who started it. */
export interface StartFacts {
  url: string
  version: string
  /** What it watches, for people: `practice (12 namespaces)`. */
  cluster: string
  minds: string[]
  store: string
  /** A question that this cluster can answer. */
  example: object
}

/** A few calm lines for a terminal. */
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
