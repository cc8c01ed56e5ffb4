import { refOf } from '#src/domain/cluster-view.ts'
import type { Remedy } from '#src/domain/action.ts'
import { objectEvidence } from '#src/domain/evidence-draft.ts'
import type { FindingDraft } from '#src/domain/finding.ts'
import type { Service } from '#src/domain/kubernetes/objects.ts'
import type { SignatureMatch } from '#src/logs/signatures/signature.ts'
import { buildDraft } from './build-draft.ts'
import { closestService } from './closest-service.ts'
import { remedies } from './remedies.ts'
import { resolveHost } from './resolve-host.ts'
import type { Situation } from './situation.ts'
import { words } from './words.ts'

/** A Service that is only another name for a host: where it does not resolve, the host that it stands for is wrong or gone. */
export function externalName(
  situation: Situation,
  match: SignatureMatch,
  service: Service,
  externalHost: string,
): FindingDraft {
  const { name, namespace = situation.namespace } = service.metadata
  const { view } = situation
  const target = resolveHost(externalHost, namespace, view)
  const isGone = target.kind === 'missing' && target.proven
  const meant =
    target.kind === 'missing'
      ? closestService(target.name, { view, namespace: target.namespace }, (each) => each.metadata.name !== name)
      : undefined
  const fault = isGone
    ? `and no Service ${target.name} exists in namespace ${target.namespace}${meant ? ` (${meant.metadata.name} does)` : ''}`
    : 'which does not resolve'
  return buildDraft(situation, {
    mechanism: 'dns_name_unresolved',
    resource: refOf(service),
    record: match.record,
    statement: `Service ${name} is another name (externalName) for ${externalHost}, ${fault}, so ${words.subject(situation)} cannot resolve ${name}: ${words.quote(match.said, 90)}`,
    confidence: isGone ? 0.92 : 0.8,
    confidence_reason: isGone
      ? 'the Service stands for a name of the cluster that nothing bears'
      : 'the name is an alias, and the log says that it does not resolve',
    evidence: [
      objectEvidence(view.snapshot, service, '.spec.externalName', `Service ${name} has externalName ${externalHost}`),
    ],
    remedies: [correct(service, externalHost, meant)],
  })
}

function correct(service: Service, host: string, meant: Service | undefined): Remedy {
  const { name } = service.metadata
  const right = meant ? `${meant.metadata.name}.${meant.metadata.namespace}.svc.cluster.local` : 'the right host'
  return {
    ...remedies.instruct(
      refOf(service),
      'patch_external_name',
      `Check externalName ${host} of Service ${name} and set it to ${right}; nothing else has to change, for callers use the name ${name}.`,
      `${host} does not resolve`,
    ),
    ...(meant ? {} : { needs: [{ param: 'externalName', ask: `Which host does Service ${name} stand for?` }] }),
  }
}
