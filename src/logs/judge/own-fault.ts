import type { Remedy } from '#src/domain/action.ts'
import { refOf } from '#src/domain/cluster-view.ts'
import type { Blame, FindingDraft } from '#src/domain/finding.ts'
import type { Job } from '#src/domain/kubernetes/workloads.ts'
import type { Mechanism } from '#src/domain/mechanism.ts'
import type { LogRecord } from '#src/logs/log-record.ts'
import type { SignatureMatch } from '#src/logs/signatures/signature.ts'
import { conditionOf } from '#src/rules/kit/objects.ts'
import { escalate } from '#src/rules/kit/actions.ts'
import { buildDraft, capitalize, imageOf, quote, subjectOf } from './draft.ts'
import { backToGoodRevision, type Situation } from './situation.ts'

/** Names and commands of jobs that migrate a database schema. */
const migration = /migrat|flyway|liquibase|alembic|schema|knex|prisma|(?:^|[-_/])db[-_]?(?:init|setup|upgrade|update)/i

/** Stack frames of runtimes, frameworks and libraries: the fault is in the first frame that is none of these. */
const libraryFrame =
  /^(?:runtime|panic|main\.main|testing|net\/http|reflect|sync|java\.|javax\.|jdk\.|sun\.|jakarta\.|org\.(?:springframework|apache|hibernate|eclipse|jboss)\.|com\.(?:zaxxer|fasterxml|google\.common)\.|io\.netty|reactor\.|kotlin|scala\.|node:|internal\/|System\.|Microsoft\.|std::|core::|alloc::|rust_begin)/

const libraryPath =
  /node_modules|site-packages|dist-packages|\/usr\/(?:local\/)?lib|\/gems\/|\/vendor\/|\/rustc\/|node:internal/

/** Faults of the program itself: panics, migrations, bad input, locks. */
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
      ? 'stops because of its database schema'
      : family === 'stuck'
        ? 'is stuck'
        : 'exits with an error of its own'
  const blames = family === 'migration' ? failedMigrations(situation) : []
  const excerpt = quote(match.excerpt, 170)
  return faultDraft(situation, match.record, { mechanism, does, excerpt, confidence: 0.8, blames })
}

const limits: Record<string, string> = {
  open_files: 'runs out of file descriptors (too many open files)',
  rate_limited: 'is rejected for too many requests (429, rate limit)',
  licence: 'exits because its licence is not accepted',
  leadership_lost: 'exits because it lost its lease (leader election lost)',
}

/** A limit that is set elsewhere: more replicas or a restart would reach it again. */
function judgeLimit(situation: Situation, match: SignatureMatch): FindingDraft {
  const { host } = match.facts
  return faultDraft(situation, match.record, {
    mechanism: 'application_error',
    does: `${limits[match.signature.name] ?? 'reaches a limit'}${host ? ` by ${host}` : ''}`,
    excerpt: quote(match.excerpt, 150),
    confidence: 0.8,
  })
}

function judgePanic(situation: Situation, match: SignatureMatch): FindingDraft {
  const place = panicPlace(match.record)
  const value = (match.facts.value ?? quote(match.excerpt, 120)).replaceAll(/\s+/g, ' ').slice(0, 130)
  const image = imageOf(situation)
  return faultDraft(situation, match.record, {
    mechanism: 'application_panic',
    does: `(${image}) crashes${place ? ` in ${place.slice(0, 70)}` : ''}`,
    excerpt: value.includes('nil pointer') || value.length > 8 ? value : quote(match.excerpt, 120),
    confidence: place ? 0.9 : 0.8,
  })
}

/** Bad input of a job: a new run with the same input would fail again. */
function judgeInput(situation: Situation, match: SignatureMatch): FindingDraft {
  const where = [match.facts.row && `row ${match.facts.row}`, match.facts.file && `of ${match.facts.file}`]
    .filter(Boolean)
    .join(' ')
  return faultDraft(situation, match.record, {
    mechanism: 'application_error',
    does: `cannot process its input${where ? ` (${where})` : ''}`,
    excerpt: quote(match.excerpt, 140),
    confidence: 0.85,
    ask: `correct the input${where ? ` (${where})` : ''}, then ${situation.workload.kind.endsWith('Job') ? 'run the job again' : 'let the program process it again'}: ${quote(match.excerpt, 140)}`,
  })
}

/** The newest migration job of the namespace, where it failed: the program then misses what the job should have changed. */
function failedMigrations({ view, namespace, workload }: Situation): Blame[] {
  const jobs = view
    .list('Job')
    .filter((job) => job.metadata.namespace === namespace && job.metadata.name !== workload.name && isMigration(job))
    .toSorted((left, right) => createdAt(right).localeCompare(createdAt(left)))
  const [newest] = jobs
  if (!newest || conditionOf(newest, 'Failed')?.status !== 'True') return []
  const because = `Job ${newest.metadata.name}, which migrates the schema, failed`
  return [{ resource: refOf(newest), because }]
}

function isMigration({ metadata, spec }: Job): boolean {
  const texts = (spec.template?.spec.containers ?? []).flatMap(({ name, image, command = [], args = [] }) => [
    name,
    image ?? '',
    ...command,
    ...args,
  ])
  return [metadata.name, ...texts].some((text) => migration.test(text))
}

function createdAt(job: Job): string {
  return job.metadata.creationTimestamp ?? ''
}

/** Where in its own code the program crashed: function, or file and line; undefined where no frame was printed. */
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
  const own = named(libraryFrame) ?? named(/^(?:runtime|panic)/)
  return own && `${own[1]?.split('/').at(-1)}${own[2] ? ` (${own[2]})` : ''}`
}

function pythonPlace(text: string): string | undefined {
  const frames = [...text.matchAll(/File "([^"]+)", line (\d+), in (\S+)/g)]
  const own = frames.findLast((match) => !libraryPath.test(match[1] ?? '')) ?? frames.at(-1)
  return own && `${own[3]} (${own[1]}:${own[2]})`
}

/** `at Frame.method (file:line)` of Java, Node and .NET, `from file:line:in 'method'` of Ruby; of the deepest cause. */
function framePlace(text: string): string | undefined {
  const cause = text.lastIndexOf('\nCaused by: ')
  const body = cause >= 0 ? text.slice(cause) : text
  const frames = [...body.matchAll(/^\s+at (?:async )?(?:new )?(\S.{0,200})$/gm)].map((match) => match[1] ?? '')
  const own = frames.find((frame) => !libraryFrame.test(frame) && !libraryPath.test(frame)) ?? frames[0]
  if (own) return own.replace(/\s+in (\/\S+):line (\d+)$/, ' ($1:$2)')
  return /^(\S+\.rb:\d+:in [`'][^'\n]+')/m.exec(text)?.[1]
}

/** An exit for which no signature matches: the last fatal record or error is quoted. */
export function judgeLastError(situation: Situation): FindingDraft | undefined {
  if (situation.trouble !== 'exited' || situation.exit_code === 0) return undefined
  const { records } = situation
  const record =
    records.findLast((entry) => entry.level === 'fatal') ?? records.findLast((entry) => entry.level === 'error')
  if (!record) return undefined
  return faultDraft(situation, record, {
    mechanism: 'application_error',
    does: `(${imageOf(situation)}) exits with an error${situation.exit_code === undefined ? '' : ` (exit code ${situation.exit_code})`}`,
    excerpt: quote(withNextLine(record, records), 170),
    confidence: 0.6,
  })
}

/** A short headline (`bootstrap checks failed`) is followed by a line without a level that gives the detail. */
function withNextLine(record: LogRecord, records: readonly LogRecord[]): string {
  const next = records[records.indexOf(record) + 1]
  const isHeadline = record.message.length < 120 && next !== undefined && next.level === undefined
  return isHeadline ? `${record.message} ${next.message}` : record.message
}

/** A fault of a program. `does` follows the name of the container in a sentence. */
interface Fault {
  mechanism: Mechanism
  does: string
  /** The text of the log that shows it. */
  excerpt: string
  confidence: number
  /** The question to the owners, where neither a rollback nor a restart would help. */
  ask?: string
  /** The presumed cause of the fault. */
  blames?: Blame[]
}

/** A finding about a fault of the program itself: a rollback where an earlier revision was good, and a question to its owners. */
function faultDraft(situation: Situation, record: LogRecord, fault: Fault): FindingDraft {
  const failure = jobFailure(situation)
  const gaveUp = failure ? ` (${failure})` : ''
  const reason = `${subjectOf(situation)} ${fault.does}`
  const ask = fault.ask ?? `${situation.workload.name}: ${fault.does}: ${quote(record.message, 160)}`
  const back: Remedy[] = fault.ask ? [] : backToGoodRevision(situation)
  return buildDraft(situation, {
    mechanism: fault.mechanism,
    record,
    statement: `${capitalize(reason)}${gaveUp}: ${fault.excerpt}`,
    confidence: fault.confidence,
    confidence_reason: 'the program itself logged it before it stopped',
    blames: fault.blames ?? [],
    remedies: [...back, escalate(situation.view, situation.workload, ask, reason)],
  })
}

/** Why the Job failed, as the API states it: `BackoffLimitExceeded`. */
function jobFailure({ pod, view }: Situation): string | undefined {
  const owner = view.controllerOf(pod)
  if (owner?.kind !== 'Job') return undefined
  const failed = conditionOf(owner, 'Failed')
  return failed?.status === 'True'
    ? `Job ${owner.metadata.name} failed: ${failed.reason ?? 'no reason given'}`
    : undefined
}
