import { type ClusterView, refOf } from '#src/domain/cluster-view.ts'
import { objectEvidence } from '#src/domain/evidence-draft.ts'
import type { FindingDraft } from '#src/domain/finding.ts'
import type { Ingress, IngressBackend } from '#src/domain/kubernetes/network.ts'
import type { Remedy } from '#src/domain/action.ts'
import { draftFinding } from '#src/rules/kit/findings.ts'
import { listNames, nearName } from '#src/rules/kit/names.ts'
import { defineRule } from '#src/rules/rule.ts'
import { instruct } from '#src/rules/kit/actions.ts'

const legacyClass = 'kubernetes.io/ingress.class'

interface Claim {
  ingress: Ingress
  /** Class, host and path: what only one backend can have. */
  place: string
  at: string
  service: string
}

/** Ingresses that name a service, a port, a class or a certificate that is not there. */
export const ingresses = defineRule({
  name: 'ingresses',
  finds: {
    ingress_backend_missing: {
      title: 'an ingress names a service or port that does not exist',
      category: 'network',
      role: 'cause',
      layer: 'wiring',
      detected: 'An Ingress names a Service that is proved absent, or a port that the Service does not have.',
      from: ['Ingress `.spec.rules` and `.spec.defaultBackend`', 'Service `.spec.ports`'],
      suggests: ['custom_instruction'],
      limits: 'Backends that are no Services are not judged; nor are gateways and routes of the Gateway API.',
    },
    ingress_class_missing: {
      title: 'an ingress names no class or one that does not exist',
      category: 'network',
      role: 'cause',
      layer: 'environment',
      detected: 'An Ingress without an address names a class that does not exist, or none while there is no default.',
      from: ['Ingress `.spec.ingressClassName`, annotations and `.status`', 'the list of IngressClasses'],
      suggests: ['custom_instruction'],
      limits: 'Whether the controller of an existing class runs is not judged.',
    },
    ingress_tls_missing: {
      title: 'the TLS secret of an ingress does not exist',
      category: 'network',
      role: 'cause',
      layer: 'environment',
      detected: 'The TLS Secret of an Ingress is proved absent.',
      from: ['Ingress `.spec.tls[].secretName`', 'the list of Secrets (names)'],
      suggests: ['custom_instruction'],
      limits: 'Content and expiry of certificates are not seen.',
    },
    ingress_path_clash: {
      title: 'two ingresses claim the same host and path',
      category: 'network',
      role: 'cause',
      layer: 'container',
      detected: 'Two Ingresses of one class claim the same host, path and path type for different Services.',
      from: ['Ingress `.spec.rules`, class and creation time', 'annotations that make one of them a canary'],
      suggests: ['custom_instruction'],
      limits:
        'Only Ingresses of the same namespace are compared. Which of them wins is up to the controller: low severity.',
    },
  },
  find: (view) => [
    ...view.list('Ingress').flatMap((ingress) => {
      if (ingress.metadata.deletionTimestamp) return []
      return [...missingBackends(view, ingress), ...missingClass(view, ingress), ...missingCertificates(view, ingress)]
    }),
    ...ingressClashes(view),
  ],
})

function backendsOf(ingress: Ingress): { backend: IngressBackend; at: string }[] {
  const paths = (ingress.spec?.rules ?? []).flatMap((rule) =>
    (rule.http?.paths ?? []).map((path) => ({ backend: path.backend, at: `${rule.host ?? '*'}${path.path ?? '/'}` })),
  )
  const { defaultBackend } = ingress.spec ?? {}
  return defaultBackend ? [...paths, { backend: defaultBackend, at: 'the default backend' }] : paths
}

function missingBackends(view: ClusterView, ingress: Ingress): FindingDraft[] {
  const faults = backendsOf(ingress).flatMap(({ backend, at }) => {
    const fault = faultOf(view, ingress, backend)
    return fault ? [{ ...fault, at }] : []
  })
  const distinct = [...new Map(faults.map((fault) => [fault.what, fault])).values()]
  return distinct.map(({ what, at, right }) =>
    draftFinding({
      mechanism: 'ingress_backend_missing',
      resource: refOf(ingress),
      severity: 'high',
      confidence: 0.95,
      confidence_reason: 'all services of the namespace were seen',
      statement: `Ingress ${ingress.metadata.name} sends ${at} to the backend ${what}`,
      evidence: [
        objectEvidence(view.snapshot, ingress, '.spec.rules', `Ingress ${ingress.metadata.name}: ${at} -> ${what}`),
      ],
      remedies: [correct(ingress, what, right)],
    }),
  )
}

function faultOf(
  view: ClusterView,
  ingress: Ingress,
  backend: IngressBackend,
): { what: string; right?: string } | undefined {
  const { namespace } = ingress.metadata
  const wanted = backend.service
  if (!wanted) return undefined
  const existence = view.existence('Service', namespace, wanted.name)
  if (existence === 'absent') {
    const names = view
      .list('Service')
      .flatMap((each) => (each.metadata.namespace === namespace ? [each.metadata.name] : []))
    return { what: `Service ${wanted.name}, which does not exist (not found)`, right: nearName(wanted.name, names) }
  }
  const service = view.get('Service', namespace, wanted.name)
  const ports = service?.spec.ports ?? []
  const port = wanted.port?.name ?? wanted.port?.number
  if (!service || port === undefined || ports.some((each) => each.name === port || each.port === port)) return undefined
  const offered = ports.map((each) => (each.name ? `${each.name}=${each.port}` : String(each.port)))
  const [only] = ports
  return {
    what: `port ${port} of Service ${wanted.name}, which has no such port (it has ${listNames(offered)})`,
    right: ports.length === 1 && only ? `port ${only.port}` : undefined,
  }
}

function correct(ingress: Ingress, what: string, right: string | undefined): Remedy {
  return instruct(
    refOf(ingress),
    'patch_ingress',
    right
      ? `In Ingress ${ingress.metadata.name} replace ${what.split(',')[0]} by ${right}.`
      : `Let Ingress ${ingress.metadata.name} name a Service and port that exist, or create ${what.split(',')[0]}.`,
    {
      reason: right ? `${right} exists and is the nearest` : 'requests to it end in an error of the ingress controller',
      ...(right ? {} : { needs: [{ param: 'backend', ask: `Which Service and port shall serve it?` }] }),
    },
  )
}

function missingClass(view: ClusterView, ingress: Ingress): FindingDraft[] {
  const name = ingress.spec?.ingressClassName
  const classes = view.list('IngressClass')
  const seen = view.covers('IngressClass', undefined)
  const isDefault = classes.some(
    (each) => each.metadata.annotations?.['ingressclass.kubernetes.io/is-default-class'] === 'true',
  )
  const absent = name
    ? view.existence('IngressClass', undefined, name) === 'absent'
    : seen && !isDefault && !ingress.metadata.annotations?.[legacyClass]
  if (!absent || (ingress.status?.loadBalancer?.ingress ?? []).length > 0) return []
  const known = classes.map((each) => each.metadata.name)
  const have =
    known.length > 0
      ? ` (there ${known.length === 1 ? 'is' : 'are'} ${listNames(known)})`
      : ' (there is none: no ingress controller is installed)'
  const meant = name ? nearName(name, known) : known.length === 1 ? known[0] : undefined
  return [
    draftFinding({
      mechanism: 'ingress_class_missing',
      resource: refOf(ingress),
      severity: 'high',
      confidence: 0.9,
      confidence_reason: 'all ingress classes were seen, and no controller gave the ingress an address',
      statement: name
        ? `Ingress ${ingress.metadata.name} names ingressClassName ${name}, which does not exist${have}, so no controller serves it`
        : `Ingress ${ingress.metadata.name} names no ingressClassName and there is no default class${have}, so no controller serves it`,
      evidence: [
        objectEvidence(
          view.snapshot,
          ingress,
          '.spec.ingressClassName',
          `ingressClassName: ${name ?? 'none'}; classes: ${known.join(', ') || 'none'}`,
        ),
      ],
      remedies: [
        instruct(
          refOf(ingress),
          known.length > 0 ? 'patch_ingress' : 'install_addon',
          known.length > 0
            ? `Set spec.ingressClassName of Ingress ${ingress.metadata.name} to ${meant ?? `one of ${listNames(known)}`}.`
            : `Install an ingress controller with its IngressClass${name ? ` ${name}` : ''}.`,
          { reason: 'only a controller of an existing class serves an ingress' },
        ),
      ],
    }),
  ]
}

function missingCertificates(view: ClusterView, ingress: Ingress): FindingDraft[] {
  const { namespace, name } = ingress.metadata
  const absent = (ingress.spec?.tls ?? []).flatMap(({ secretName }) =>
    secretName && view.existence('Secret', namespace, secretName) === 'absent' ? [secretName] : [],
  )
  return [...new Set(absent)].map((secret) =>
    draftFinding({
      mechanism: 'ingress_tls_missing',
      resource: refOf(ingress),
      severity: 'medium',
      confidence: 0.93,
      confidence_reason: 'all secrets of the namespace were seen',
      statement: `Ingress ${name} takes its certificate from TLS Secret ${secret}, which does not exist (not found), so clients get a wrong certificate`,
      evidence: [objectEvidence(view.snapshot, ingress, '.spec.tls', `Ingress ${name} names TLS Secret ${secret}`)],
      remedies: [
        instruct(
          { kind: 'Secret', namespace, name: secret },
          'create_secret',
          `Create TLS Secret ${secret} in namespace ${namespace} from the certificate of its hosts, or see why its issuer (cert-manager, where it is used) has not made it.`,
          {
            reason: 'only its owner has the key',
            needs: [{ param: 'certificate', ask: `Where does the certificate of ${name} come from?` }],
          },
        ),
      ],
    }),
  )
}

/** Ingresses that claim one host and path for different services: the controller follows one of them and ignores the other. */
function ingressClashes(view: ClusterView): FindingDraft[] {
  const claims = view.list('Ingress').flatMap(claimsOf)
  const pairs = new Map<string, FindingDraft>()
  for (const group of Map.groupBy(claims, ({ place }) => place).values()) {
    const [older, ...later] = group.toSorted(byAge)
    const rival = later.find(({ ingress, service }) => ingress !== older?.ingress && service !== older?.service)
    if (!older || !rival) continue
    pairs.set(`${older.ingress.metadata.uid} ${rival.ingress.metadata.uid}`, clash(view, older, rival))
  }
  return [...pairs.values()]
}

/** A canary is meant to share its path. */
function claimsOf(ingress: Ingress): Claim[] {
  const { annotations, namespace, deletionTimestamp } = ingress.metadata
  const isCanary = Object.entries(annotations ?? {}).some(([key, value]) => /canary/.test(key) && value !== 'false')
  if (deletionTimestamp || isCanary) return []
  const className = ingress.spec?.ingressClassName ?? annotations?.['kubernetes.io/ingress.class'] ?? ''
  return (ingress.spec?.rules ?? []).flatMap(({ host, http }) =>
    (http?.paths ?? []).flatMap(({ path = '/', pathType, backend }) => {
      if (!backend.service) return []
      const at = `${host ?? '*'}${path}`
      const { name, port } = backend.service
      const place = `${className} ${pathType ?? ''} ${at}`
      return [{ ingress, place, at, service: `${namespace}/${name}:${port?.name ?? port?.number ?? ''}` }]
    }),
  )
}

function byAge(left: Claim, right: Claim): number {
  const [one, other] = [left.ingress.metadata, right.ingress.metadata]
  return (
    (one.creationTimestamp ?? '').localeCompare(other.creationTimestamp ?? '') || one.name.localeCompare(other.name)
  )
}

function clash(view: ClusterView, older: Claim, rival: Claim): FindingDraft {
  const [first, second] = [older.ingress.metadata.name, rival.ingress.metadata.name]
  return draftFinding({
    mechanism: 'ingress_path_clash',
    resource: refOf(rival.ingress),
    severity: 'low',
    confidence: 0.75,
    confidence_reason: 'both claim the same host and path; which one wins its controller decides, mostly the older one',
    statement: `Ingress ${second} and the older Ingress ${first} both claim ${older.at}, for Service ${serviceName(rival)} and Service ${serviceName(older)}: the controller follows only one of them`,
    evidence: [older, rival].map(({ ingress, at, service }) =>
      objectEvidence(view.snapshot, ingress, '.spec.rules', `Ingress ${ingress.metadata.name}: ${at} -> ${service}`),
    ),
    remedies: [
      instruct(
        refOf(rival.ingress),
        'patch_ingress',
        `Give ${older.at} to one of the Ingresses ${first} and ${second} and take it out of the other; their owners decide which Service serves it.`,
        {
          reason: 'one host and path leads to one service',
          needs: [{ param: 'backend', ask: `Which Service shall serve ${older.at}?` }],
        },
      ),
    ],
  })
}

function serviceName({ service }: Claim): string {
  return service.split('/').at(-1) ?? service
}
