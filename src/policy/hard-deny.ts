import type { JudgedAction } from './judged-action.ts'
import type { Policy } from './policy.ts'

const systemNamespaces: ReadonlySet<string> = new Set(['kube-system', 'kube-public', 'kube-node-lease'])

const untouchableKinds: Readonly<Record<string, string>> = {
  Namespace: 'a namespace is never changed or deleted',
  CustomResourceDefinition: 'definitions of custom resources are never changed or deleted',
  PersistentVolume: 'volumes are never changed or deleted',
  PersistentVolumeClaim: 'volume claims are never changed or deleted',
  Secret: 'secrets are neither read nor written',
  Role: 'permissions are never changed',
  ClusterRole: 'permissions are never changed',
  RoleBinding: 'permissions are never changed',
  ClusterRoleBinding: 'permissions are never changed',
  ServiceAccount: 'identities are never changed',
  ValidatingWebhookConfiguration: 'admission webhooks are never changed',
  MutatingWebhookConfiguration: 'admission webhooks are never changed',
  ValidatingAdmissionPolicy: 'admission policies are never changed',
}

/** Why no configuration and no approval may let this through; empty where nothing of the kind speaks against it. */
export function hardDeny(action: JudgedAction, policy: Pick<Policy, 'own_namespace'>): string[] {
  const { kind, target, params } = action
  const untouchable = untouchableKinds[target.kind]
  const namespace = target.namespace
  return [
    ...(untouchable ? [untouchable] : []),
    ...(namespace && systemNamespaces.has(namespace) ? [`namespace ${namespace} belongs to the cluster itself`] : []),
    ...(namespace && namespace === policy.own_namespace ? ['this service never changes its own namespace'] : []),
    ...(target.kind === 'Node' && kind !== 'cordon' && kind !== 'uncordon'
      ? ['a node may only be cordoned or uncordoned']
      : []),
    ...(params['force'] === true || params['gracePeriodSeconds'] === 0 ? ['nothing is ever forced'] : []),
    ...(kind === 'patch_probe' && params['remove'] === true ? ['a probe is never removed'] : []),
    ...(kind === 'scale' && params['replicas'] === 0 && action.service_backed !== false
      ? [`${target.name} would have no replica left while a Service may send to it`]
      : []),
  ]
}
