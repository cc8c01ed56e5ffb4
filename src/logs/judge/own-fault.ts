import { refOf } from '#src/domain/cluster-view.ts'
import type { Blame, FindingDraft } from '#src/domain/finding.ts'
import type { Job } from '#src/domain/kubernetes/objects.ts'
import type { Mechanism } from '#src/domain/mechanism.ts'
import type { LogRecord } from '#src/logs/log-record.ts'
import type { SignatureMatch } from '#src/logs/signatures/signature.ts'
import { faultDraft } from './fault-draft.ts'
import type { Situation } from './situation.ts'
import { imageOf, quote } from './words.ts'

/** What a job that brings a schema up to date is called, or what it runs. */
const migrates = /migrat|flyway|liquibase|alembic|schema|knex|prisma|(?:^|[-_/])db[-_]?(?:init|setup|upgrade|update)/i

/** Frames of runtimes, frameworks and libraries: a person looks for the first one that is none of these. */
const foreign =
  /^(?:runtime|panic|main\.main|testing|net\/http|reflect|sync|java\.|javax\.|jdk\.|sun\.|jakarta\.|org\.(?:springframework|apache|hibernate|eclipse|jboss)\.|com\.(?:zaxxer|fasterxml|google\.common)\.|io\.netty|reactor\.|kotlin|scala\.|node:|internal\/|System\.|Microsoft\.|std::|core::|alloc::|rust_begin)/

const foreignPath =
  /node_modules|site-packages|dist-packages|\/usr\/(?:local\/)?lib|\/gems\/|\/vendor\/|\/rustc\/|node:internal/

/** The program's own failures: panics, migrations, bad input, locks. */
export function judgeOwnFault(situation: Situation, match: SignatureMatch): FindingDraft {
  const { family } = match.signature
  if (family === 'panic') return judgePanic(situation, match)
  if (family === 'data_error') return judgeInput(situation, match)
  if (family === 'exhausted') return judgeLimit(situation, match)
  const mechanism: Mechanism =
    family === 'migration'
      ? 'migration_failed'
      : family === 'stuck' && situation.trouble === 'not_ready'
        ? 'application_hang'
        : 'application_error'
  const does =
    family === 'migration'
      ? 'stops at its database schema'
      : family === 'stuck'
        ? 'is stuck'
        : 'ends with an error of its own'
  const blames = family === 'migration' ? failedMigrations(situation) : []
  const said = quote(match.said, 170)
  return faultDraft(situation, match.record, { mechanism, does, said, confidence: 0.8, blames })
}

const limits: Record<string, string> = {
  open_files: 'runs out of file descriptors (too many open files)',
  rate_limited: 'is refused for too many requests (429, rate limit)',
  licence: 'ends because its licence is not accepted',
  leadership_lost: 'ends because it lost its lease (leader election lost)',
}

/** A limit that somebody else sets: more replicas or a new start would run into it again. */
function judgeLimit(situation: Situation, match: SignatureMatch): FindingDraft {
  const { host } = match.facts
  return faultDraft(situation, match.record, {
    mechanism: 'application_error',
    does: `${limits[match.signature.name] ?? 'runs into a limit'}${host ? ` by ${host}` : ''}`,
    said: quote(match.said, 150),
    confidence: 0.8,
  })
}

function judgePanic(situation: Situation, match: SignatureMatch): FindingDraft {
  const place = panicPlace(match.record)
  const value = (match.facts.value ?? quote(match.said, 120)).replaceAll(/\s+/g, ' ').slice(0, 130)
  const image = imageOf(situation)
  return faultDraft(situation, match.record, {
    mechanism: 'application_panic',
    does: `(${image}) crashes${place ? ` in ${place.slice(0, 70)}` : ''}`,
    said: value.includes('nil pointer') || value.length > 8 ? value : quote(match.said, 120),
    confidence: place ? 0.9 : 0.8,
  })
}

/** Bad input of a job: to run it again on the same input would only fail again. */
function judgeInput(situation: Situation, match: SignatureMatch): FindingDraft {
  const where = [match.facts.row && `row ${match.facts.row}`, match.facts.file && `of ${match.facts.file}`]
    .filter(Boolean)
    .join(' ')
  return faultDraft(situation, match.record, {
    mechanism: 'application_error',
    does: `cannot take its input${where ? ` (${where})` : ''}`,
    said: quote(match.said, 140),
    confidence: 0.85,
    ask: `correct the input${where ? ` (${where})` : ''}, then ${situation.workload.kind.endsWith('Job') ? 'run the job again' : 'let it be taken again'}: ${quote(match.said, 140)}`,
  })
}

/**
 * Jobs of the namespace that should have brought the schema up to date and gave up: what they leave undone is what a program then
 * misses. A job that migrates and completed later has made up for it.
 */
function failedMigrations({ view, namespace, workload }: Situation): Blame[] {
  const jobs = view
    .list('Job')
    .filter((job) => job.metadata.namespace === namespace && job.metadata.name !== workload.name && isMigration(job))
    .toSorted((left, right) => createdAt(right).localeCompare(createdAt(left)))
  const [newest] = jobs
  if (!newest || !holds(newest, 'Failed')) return []
  const because = `Job ${newest.metadata.name}, which changes the schema, failed`
  return [{ resource: refOf(newest), because }]
}

function isMigration({ metadata, spec }: Job): boolean {
  const texts = (spec.template?.spec.containers ?? []).flatMap(({ name, image, command = [], args = [] }) => [
    name,
    image ?? '',
    ...command,
    ...args,
  ])
  return [metadata.name, ...texts].some((text) => migrates.test(text))
}

function createdAt(job: Job): string {
  return job.metadata.creationTimestamp ?? ''
}

function holds(job: Job, type: string): boolean {
  return (job.status?.conditions ?? []).some((condition) => condition.type === type && condition.status === 'True')
}

/** The place in the program's own code at which it crashed: function, or file and line; undefined where no frame was printed. */
function panicPlace(record: LogRecord): string | undefined {
  const { text } = record
  if (/goroutine \d+ \[/.test(text)) return goPlace(text)
  if (text.includes('Traceback (most recent call last)')) return pythonPlace(text)
  const rust = /panicked at (?:'[^']*', )?([\w./-]+\.rs:\d+)/.exec(text)
  if (rust) return rust[1]
  return framePlace(text)
}

function goPlace(text: string): string | undefined {
  const body = text.slice(text.search(/goroutine \d+ \[/))
  const frames = [...body.matchAll(/^([\w./*()[\]-]+)\(.*\)(?:\n\s+\S*?([\w.-]+\.\w+:\d+))?/gm)]
  const named = (pattern: RegExp) => frames.find((frame) => !pattern.test(frame[1] ?? ''))
  const own = named(foreign) ?? named(/^(?:runtime|panic)/)
  return own && `${own[1]?.split('/').at(-1)}${own[2] ? ` (${own[2]})` : ''}`
}

function pythonPlace(text: string): string | undefined {
  const frames = [...text.matchAll(/File "([^"]+)", line (\d+), in (\S+)/g)]
  const own = frames.findLast((match) => !foreignPath.test(match[1] ?? '')) ?? frames.at(-1)
  return own && `${own[3]} (${own[1]}:${own[2]})`
}

/** `at Frame.method (file:line)` of Java, Node and .NET, `from file:line:in 'method'` of Ruby; the deepest cause speaks first. */
function framePlace(text: string): string | undefined {
  const cause = text.lastIndexOf('\nCaused by: ')
  const body = cause >= 0 ? text.slice(cause) : text
  const frames = [...body.matchAll(/^\s+at (?:async )?(?:new )?(\S.{0,200})$/gm)].map((match) => match[1] ?? '')
  const own = frames.find((frame) => !foreign.test(frame) && !foreignPath.test(frame)) ?? frames[0]
  if (own) return own.replace(/\s+in (\/\S+):line (\d+)$/, ' ($1:$2)')
  return /^(\S+\.rb:\d+:in [`'][^'\n]+')/m.exec(text)?.[1]
}
