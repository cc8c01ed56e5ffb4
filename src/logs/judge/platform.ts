import type { FindingDraft } from '#src/domain/finding.ts'
import type { SignatureMatch } from '#src/logs/signatures/signature.ts'
import { escalate, setImage } from '#src/rules/kit/actions.ts'
import { buildDraft, capitalize, imageOf, quote, subjectOf } from './draft.ts'
import { backToGoodRevision, type Situation } from './situation.ts'

/** A binary that does not fit the processor, the runtime or the libraries of its image. Another image is needed. */
export function judgePlatform(situation: Situation, match: SignatureMatch): FindingDraft {
  const { workload, spec } = situation
  const { does, wanted } = wordingOf(situation, match)
  const reason = `${subjectOf(situation)} ${does}`
  return buildDraft(situation, {
    mechanism: 'image_platform_mismatch',
    record: match.record,
    statement: `${capitalize(reason)}: ${quote(match.matched ?? match.excerpt, 150)}; image ${imageOf(situation)}.`,
    confidence: 0.85,
    confidence_reason: 'the log quotes the error of the loader or the runtime',
    remedies: [
      ...backToGoodRevision(situation),
      setImage(
        workload,
        { container: spec.name },
        { reason, needs: [{ param: 'image', ask: `an image of ${workload.name} ${wanted}` }] },
      ),
      escalate(situation.view, workload, `publish an image of ${workload.name} ${wanted}`, reason),
    ],
  })
}

function wordingOf(situation: Situation, { signature, facts }: SignatureMatch): { does: string; wanted: string } {
  if (signature.name === 'shared_library')
    return {
      does: `does not find the shared library ${facts.path ?? 'that it needs'} in its image`,
      wanted: `that contains ${facts.path ?? 'the library'}`,
    }
  if (signature.name === 'runtime_version')
    return {
      does: 'is built for another version of its runtime or base image than the one in the image',
      wanted: 'whose runtime and build fit each other',
    }
  const platform = platformOf(situation)
  return {
    does: `has a binary that cannot run on its node's platform${platform ? ` (architecture ${platform})` : ''}`,
    wanted: `built for the platform of the nodes${platform ? ` (${platform})` : ''}`,
  }
}

function platformOf({ view, pod }: Situation): string | undefined {
  const node = pod.spec.nodeName ? view.get('Node', undefined, pod.spec.nodeName) : undefined
  return node?.status?.nodeInfo?.architecture ?? node?.metadata.labels?.['kubernetes.io/arch']
}
