import type { Remedy } from '#src/domain/action.ts'
import type { FindingDraft } from '#src/domain/finding.ts'
import type { SignatureMatch } from '#src/logs/signatures/signature.ts'
import { buildDraft } from './build-draft.ts'
import { remedies } from './remedies.ts'
import type { Situation } from './situation.ts'
import { words } from './words.ts'

/** A binary that does not fit what it runs on: the processor, the runtime, or the libraries of its image. Another image mends it. */
export function judgePlatform(situation: Situation, match: SignatureMatch): FindingDraft {
  const { says, wanted } = wordingOf(situation, match)
  const reason = `${words.subject(situation)} ${says}`
  return buildDraft(situation, {
    mechanism: 'image_platform_mismatch',
    record: match.record,
    statement: `${words.capital(reason)}: ${words.quote(match.matched ?? match.said, 150)}; image ${words.image(situation)}.`,
    confidence: 0.85,
    confidence_reason: 'the log quotes the refusal of the loader or the runtime',
    remedies: [
      ...remedies.rollback(situation, reason),
      setImage(situation, wanted, reason),
      remedies.escalate(situation, `publish an image of ${situation.workload.name} ${wanted}`, reason),
    ],
  })
}

function wordingOf(situation: Situation, { signature, facts }: SignatureMatch): { says: string; wanted: string } {
  if (signature.name === 'shared_library')
    return {
      says: `does not find the shared library ${facts.path ?? 'that it needs'} in its image`,
      wanted: `that contains ${facts.path ?? 'the library'}`,
    }
  if (signature.name === 'runtime_version')
    return {
      says: 'is built for another version of its runtime or base image than the one in the image',
      wanted: 'whose runtime and build fit each other',
    }
  const platform = platformOf(situation)
  return {
    says: `has a binary that cannot run on its node's platform${platform ? ` (architecture ${platform})` : ''}`,
    wanted: `built for the platform of the nodes${platform ? ` (${platform})` : ''}`,
  }
}

function platformOf({ view, pod }: Situation): string | undefined {
  const node = pod.spec.nodeName ? view.get('Node', undefined, pod.spec.nodeName) : undefined
  return node?.status?.nodeInfo?.architecture ?? node?.metadata.labels?.['kubernetes.io/arch']
}

function setImage({ workload, spec }: Situation, wanted: string, reason: string): Remedy {
  return {
    kind: 'set_image',
    target: workload,
    params: { container: spec.name },
    needs: [{ param: 'image', ask: `an image of ${workload.name} ${wanted}` }],
    reason,
    risk: 'medium',
    reversible: true,
  }
}
