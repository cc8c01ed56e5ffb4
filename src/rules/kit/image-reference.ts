/** An image reference in its parts. `registry` is the host that is asked for it. */
export interface ImageReference {
  registry: string
  repository: string
  tag?: string
  digest?: string
}

/** Splits an image reference; a first part with a dot or a port is a host, as container runtimes have it. */
export function parseImage(image: string): ImageReference {
  const [name = '', digest] = image.split('@')
  const slash = name.indexOf('/')
  const first = slash === -1 ? '' : name.slice(0, slash)
  const hasHost = /[.:]/.test(first) || first === 'localhost'
  const rest = hasHost ? name.slice(slash + 1) : name
  const colon = rest.lastIndexOf(':')
  const repository = colon === -1 ? rest : rest.slice(0, colon)
  const tag = colon === -1 ? undefined : rest.slice(colon + 1)
  return {
    registry: hasHost ? first : 'docker.io',
    repository: !hasHost && slash === -1 ? `library/${repository}` : repository,
    ...(tag === undefined ? {} : { tag }),
    ...(digest === undefined ? {} : { digest }),
  }
}
