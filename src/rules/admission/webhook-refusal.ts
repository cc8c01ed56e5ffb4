import type { Remedy } from '#src/domain/action.ts'
import { type ClusterView, refOf } from '#src/domain/cluster-view.ts'
import { objectEvidence } from '#src/domain/evidence-draft.ts'
import { matchesMap } from '#src/domain/kubernetes/label-selector.ts'
import type { WebhookConfiguration } from '#src/domain/kubernetes/cluster.ts'
import type { Deployment } from '#src/domain/kubernetes/workloads.ts'
import type { ResourceRef } from '#src/domain/resource-ref.ts'
import { ownerOf } from '#src/rules/kit/objects.ts'
import type { RefusalCause, RefusalRule } from './refusals.ts'
import type { Declarations } from '#src/rules/kit/mechanisms.ts'
import { escalate, scale } from '#src/rules/kit/actions.ts'

export const webhookMechanisms = {
  webhook_unavailable: {
    title: 'an admission webhook that must answer cannot be reached',
    category: 'admission',
    role: 'cause',
    layer: 'platform',
    detected: 'An admission webhook that must answer cannot be called, so pods are refused.',
    from: [
      'event `FailedCreate`: `failed calling webhook`',
      'ValidatingWebhookConfiguration and MutatingWebhookConfiguration (failurePolicy, service)',
      'the Deployment behind its Service',
    ],
    suggests: ['scale', 'escalate'],
    limits:
      'Why its backend does not answer is known only where it is scaled to zero or has findings of its own. The webhook is never removed.',
  },
  webhook_denied: {
    title: 'an admission webhook refuses the objects',
    category: 'admission',
    role: 'cause',
    layer: 'wiring',
    detected: 'An admission webhook denies the pods.',
    from: ['event `FailedCreate`: `admission webhook "..." denied the request`'],
    suggests: ['rollback', 'escalate'],
    limits: 'The policy is known by its message alone.',
  },
} as const satisfies Declarations

/** An admission webhook stands in the way: it cannot be called, or it says no. */
export const webhookRefusal: RefusalRule = ({ view, workload, message }) => {
  const [, called, why] = /failed calling webhook "([^"]+)":\s*(.*)$/s.exec(message) ?? []
  if (called) return unavailable(view, workload, called, why ?? '')
  const [, denying, reason] = /admission webhook "([^"]+)" denied the request:?\s*(.*)$/s.exec(message) ?? []
  return denying ? denied(view, workload, denying, reason ?? '') : undefined
}

interface Registered {
  configuration: WebhookConfiguration
  webhook: NonNullable<WebhookConfiguration['webhooks']>[number]
}

function findWebhook(view: ClusterView, name: string): Registered | undefined {
  const all = [...view.list('ValidatingWebhookConfiguration'), ...view.list('MutatingWebhookConfiguration')]
  for (const configuration of all) {
    const webhook = configuration.webhooks?.find((each) => each.name === name)
    if (webhook) return { configuration, webhook }
  }
  return undefined
}

/** The service from the configuration, else from the address that was called: `https://NAME.NAMESPACE.svc:443/...`. */
function serviceOf(registered: Registered | undefined, why: string): ResourceRef | undefined {
  const service = registered?.webhook.clientConfig?.service
  if (service) return { kind: 'Service', namespace: service.namespace, name: service.name }
  const [, name, namespace] = /https?:\/\/([a-z0-9-]+)\.([a-z0-9-]+)\.svc/.exec(why) ?? []
  return name && namespace ? { kind: 'Service', namespace, name } : undefined
}

function backendOf(view: ClusterView, service: ResourceRef | undefined): Deployment | undefined {
  const selector = service && view.get('Service', service.namespace, service.name)?.spec.selector
  return view
    .list('Deployment')
    .find(
      ({ metadata, spec }) =>
        metadata.namespace === service?.namespace && matchesMap(selector, spec.template.metadata?.labels),
    )
}

function unavailable(view: ClusterView, workload: ResourceRef, name: string, why: string): RefusalCause {
  const registered = findWebhook(view, name)
  const service = serviceOf(registered, why)
  const backend = backendOf(view, service)
  const where = service ? `Service ${service.name} in namespace ${service.namespace}` : 'its service'
  const policy = registered?.webhook.failurePolicy ?? 'Fail'
  const short = why.replace(/^failed to call webhook:\s*/, '').replace(/^Post "[^"]+":\s*/, '')
  const kind = registered?.configuration.kind.startsWith('Mutating')
    ? 'mutating webhook'
    : registered
      ? 'validating webhook'
      : 'admission webhook'
  const idle = backend?.spec.replicas === 0
  const trust = /x509|certificate/i.test(why)
  const late = /deadline exceeded|timeout|timed out/i.test(why)
  const bound =
    late && registered?.webhook.timeoutSeconds ? `, timeoutSeconds ${registered.webhook.timeoutSeconds}` : ''
  return {
    mechanism: 'webhook_unavailable',
    ...(registered ? { resource: refOf(registered.configuration) } : {}),
    statement: `The ${kind} ${name} (failurePolicy ${policy}${bound}) cannot be called through ${where}: ${short.slice(0, 90)}; so every pod of ${workload.kind} ${workload.name} is refused`,
    evidence: registered
      ? [
          objectEvidence(
            view.snapshot,
            registered.configuration,
            '.webhooks',
            `${registered.configuration.kind} ${registered.configuration.metadata.name}: webhook ${name}, failurePolicy ${policy}, ${where}`,
          ),
        ]
      : [],
    affects: service ? [service] : [],
    blames:
      backend && idle
        ? [{ resource: refOf(backend), because: `${refOf(backend).name} serves the webhook and is scaled to 0` }]
        : [],
    remedies: [
      ...(backend && idle ? [wake(backend)] : []),
      ...(trust ? [renewTrust(view, registered, service ?? workload, name)] : []),
      askOwner(view, service ?? workload, name, where),
    ],
  }
}

/** The API server checks the webhook's certificate against the caBundle of its configuration. */
function renewTrust(view: ClusterView, registered: Registered | undefined, service: ResourceRef, name: string): Remedy {
  const target = registered ? refOf(registered.configuration) : service
  return escalate(
    view,
    target,
    `The API server does not trust the certificate of the webhook ${name}: renew the certificate of ${service.kind} ${service.name}, or set caBundle of the webhook to the authority that signed it (cert-manager's cainjector does so where it is used). Do not delete the webhook.`,
    `the call reaches the webhook, and its certificate is refused; ${ownerOf(view, service)} hold it`,
    `the owners of ${target.name}`,
  )
}

function wake(backend: Deployment): Remedy {
  return scale(
    refOf(backend),
    { replicas: 1 },
    { reason: 'the webhook has no backend while its Deployment is scaled to 0' },
  )
}

function askOwner(view: ClusterView, target: ResourceRef, name: string, where: string): Remedy {
  return escalate(
    view,
    target,
    `Bring ${where} back: the webhook ${name} is down and refuses all pods that it guards. Do not delete the webhook: it guards a policy.`,
    'the webhook belongs to its owners, and its policy must stay in force',
    target.kind === 'Service' ? `the owners of ${target.name} (${target.namespace})` : ownerOf(view, target),
  )
}

function denied(view: ClusterView, workload: ResourceRef, name: string, reason: string): RefusalCause {
  return {
    mechanism: 'webhook_denied',
    statement: `The admission webhook ${name} denied the request for pods of ${workload.kind} ${workload.name}: ${reason}`,
    remedies: [
      escalate(
        view,
        workload,
        `Change the pod template of ${workload.kind} ${workload.name} so that it meets the policy of ${name}: ${reason.slice(0, 200)}`,
        'the policy is meant; the template does not meet it',
      ),
    ],
  }
}
