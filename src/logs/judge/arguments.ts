import type { Remedy } from '#src/domain/action.ts'
import { objectEvidence } from '#src/domain/evidence-draft.ts'
import type { FindingDraft } from '#src/domain/finding.ts'
import { revisionsOf } from '#src/domain/kubernetes/revisions.ts'
import type { SignatureMatch } from '#src/logs/signatures/signature.ts'
import { setCommand } from '#src/rules/kit/actions.ts'
import { buildDraft, capitalize, quote, subjectOf } from './draft.ts'
import { editDistance } from '#src/util/edit-distance.ts'
import { backToGoodRevision, type Situation } from './situation.ts'

/** The position of an argument in `args` or `command` of the container. */
interface Place {
  field: 'args' | 'command'
  list: string[]
  index: number
}

/** The program does not accept an argument. */
export function judgeArguments(situation: Situation, match: SignatureMatch): FindingDraft | undefined {
  const { flag = '' } = match.facts
  const place = findPlace(situation, flag)
  // Not an argument of the container: a tool inside of it got the argument, so the template is not at fault.
  if (!place && /invalid option -- /.test(match.record.text)) return undefined
  const corrected = place && correction(situation, match, place)
  const reason = `the program does not know ${flag || 'an argument'}`
  const shown = place?.list[place.index] ?? flag
  const hint = corrected ? ` (the program knows ${corrected.list[place?.index ?? 0]})` : ''
  return buildDraft(situation, {
    mechanism: 'bad_args',
    record: match.record,
    statement: `${capitalize(subjectOf(situation))} exits at start-up, because it does not accept the argument ${shown}${hint}: ${quote(match.excerpt, 120)}`,
    confidence: place ? 0.95 : 0.8,
    confidence_reason: place
      ? 'the log names the argument and the template has it'
      : 'the log names an argument that the template does not have',
    evidence: place
      ? [
          objectEvidence(
            situation.view.snapshot,
            situation.pod,
            `.spec.containers[?(@.name=="${situation.spec.name}")].${place.field}[${place.index}]`,
            `Pod ${situation.pod.metadata.name} gives container ${situation.spec.name} the argument ${shown}`,
          ),
        ]
      : [],
    remedies: [...backToGoodRevision(situation), commandRemedy(situation, place, corrected, reason)],
  })
}

function commandRemedy(
  situation: Situation,
  place: Place | undefined,
  corrected: { list: string[] } | undefined,
  reason: string,
): Remedy {
  const { workload, spec } = situation
  const field = place?.field ?? 'args'
  const container = spec.name
  if (corrected)
    return setCommand(
      workload,
      { container, [field]: corrected.list },
      { reason: `${reason}; it accepts ${corrected.list.join(' ')}` },
    )
  const ask = `the right ${field} for container ${container}: ${reason}`
  return setCommand(workload, { container }, { reason, needs: [{ param: field, ask }] })
}

function findPlace({ spec }: Situation, flag: string): Place | undefined {
  const bare = flag.replace(/^-+/, '').split('=')[0] ?? ''
  if (bare === '') return undefined
  for (const field of ['args', 'command'] as const) {
    const list = spec[field] ?? []
    const index = list.findIndex(
      (word) =>
        word === flag ||
        (word.replace(/^-+/, '').split('=')[0] === bare && (word.startsWith('-') || !flag.startsWith('-'))),
    )
    if (index >= 0) return { field, list, index }
  }
  return undefined
}

/** The list with the argument corrected: as an earlier revision had it, else as the printed usage text spells it. */
function correction(situation: Situation, match: SignatureMatch, place: Place): { list: string[] } | undefined {
  const former = formerList(situation, place)
  if (former) return { list: former }
  const given = place.list[place.index] ?? ''
  const [name = '', ...value] = given.split('=')
  const known = [...usageWords(situation, match, name.startsWith('-'))].filter((word) => word !== name)
  const ranked = known
    .map((word) => ({ word, distance: editDistance(word, name) }))
    .toSorted((a, b) => a.distance - b.distance)
  const [best, second] = ranked
  const near = Math.max(1, Math.floor(name.replace(/^-+/, '').length / 3))
  if (!best || best.distance > near || second?.distance === best.distance) return undefined
  const fixed = [best.word, ...value].join('=')
  return { list: place.list.map((word, index) => (index === place.index ? fixed : word)) }
}

function formerList({ view, workload, spec }: Situation, place: Place): string[] | undefined {
  const bad = place.list[place.index] ?? ''
  for (const revision of revisionsOf(view, workload)) {
    if (revision.current) continue
    const list = revision.template.spec.containers.find((container) => container.name === spec.name)?.[place.field]
    if (list && !list.includes(bad) && list.length === place.list.length) return list
  }
  return undefined
}

function usageWords(situation: Situation, match: SignatureMatch, flags: boolean): Set<string> {
  const start = situation.records.indexOf(match.record)
  const text = situation.records
    .slice(Math.max(start, 0), start + 60)
    .map((record) => record.text)
    .join('\n')
  return new Set(flags ? text.match(/(?<![\w-])--?[a-zA-Z][\w-]*/g) : text.match(/(?<![\w-])[a-z][\w-]{2,}/g))
}
