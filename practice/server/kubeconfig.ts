import { userName } from './status.ts'

/** A kubeconfig for the practice cluster; JSON, which every YAML reader takes. */
export function renderKubeconfig(options: {
  url: string
  certificate: string
  token: string
  namespace?: string
}): string {
  const { url, certificate, token, namespace } = options
  const name = 'practice'
  const authority = Buffer.from(certificate).toString('base64')
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name, cluster: { server: url, 'certificate-authority-data': authority } }],
    users: [{ name: userName, user: { token } }],
    contexts: [{ name, context: { cluster: name, user: userName, ...(namespace === undefined ? {} : { namespace }) } }],
    'current-context': name,
  }
  return `${JSON.stringify(config, null, 2)}\n`
}
