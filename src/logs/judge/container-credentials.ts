import type { ClusterView } from '#src/domain/cluster-view.ts'
import type { Container } from '#src/domain/kubernetes/objects.ts'

/** The variable that holds credentials, and the Secret that it is read from; names only. */
export interface CredentialSource {
  variable: string
  secret?: { name: string; key: string }
}

const credential = /PASS(?:WORD|WD|PHRASE)?(?:$|_)|PWD$|SECRET|TOKEN|CREDENTIAL|API_?KEY|ACCESS_?KEY|AUTH$/i
/** A connection string may hold credentials as well. */
const connection = /(?:DSN|_URL|_URI|CONNECTION_?STRING)$|^DATABASE_URL$/i

/** The variables of a container that hold credentials, by their names; of Secrets that are taken whole, their keys. */
export function containerCredentials(spec: Container, namespace: string, view: ClusterView): CredentialSource[] {
  const single = (spec.env ?? []).flatMap(({ name, value, valueFrom }): CredentialSource[] => {
    const ref = valueFrom?.secretKeyRef
    if (ref?.name) return [{ variable: name, secret: { name: ref.name, key: ref.key } }]
    const holds = credential.test(name) || (connection.test(name) && /:\/\/[^/\s]*@/.test(value ?? ''))
    return holds ? [{ variable: name }] : []
  })
  const whole = (spec.envFrom ?? []).flatMap(({ secretRef, prefix }): CredentialSource[] => {
    const secret = secretRef?.name ? view.get('Secret', namespace, secretRef.name) : undefined
    return (secret?.keys ?? [])
      .filter((key) => credential.test(key) || connection.test(key))
      .map((key) => ({ variable: `${prefix ?? ''}${key}`, secret: { name: secret?.metadata.name ?? '', key } }))
  })
  return [...single, ...whole].filter(({ variable }) => credential.test(variable) || connection.test(variable))
}
