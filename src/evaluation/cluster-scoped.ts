const kinds: ReadonlySet<string> = new Set([
  'Node',
  'Namespace',
  'PersistentVolume',
  'StorageClass',
  'PriorityClass',
  'IngressClass',
  'RuntimeClass',
  'ClusterRole',
  'ClusterRoleBinding',
  'ValidatingWebhookConfiguration',
  'MutatingWebhookConfiguration',
  'CustomResourceDefinition',
  'APIService',
])

/** Kinds that live in no namespace; a namespace written beside them says only where they were felt. */
export function isClusterScoped(kind: string): boolean {
  return kinds.has(kind)
}
