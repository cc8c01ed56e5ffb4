import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

/*
 * Words that were given up for the field's own, in names, comments, texts and documents (docs/glossary.md). Decision records and
 * benchmarks tell how it was, so they are not read.
 */

/** A pattern, a line that it must find, and the word to use. */
const givenUp: readonly [RegExp, string, string][] = [
  [/SignalFate|signal-fate/, 'type SignalFate', 'AdmissionResult'],
  [/\w*Desk\b|intake-desk/, 'new IntakeDesk()', 'SignalIntake, IncidentCommands, Approvals, Executions'],
  [/\bBell\b|\.ring\(\w*incident/, 'class Bell', 'IncidentNotifier.notify'],
  [/keepHouse|keep-house/, 'keepHouse()', 'startRetention'],
  [/noteLife/, 'noteLife()', 'auditLifecycle'],
  [/closeDoors/, 'closeDoors()', 'stopAccepting'],
  [/\bDoors\b|source-door/, 'interface Doors', 'Authorization, webhook-authentication'],
  [/passed_over/, 'passed_over: []', 'skipped'],
  [/seen_after|SeenAfter/, 'seen_after', 'observed_after'],
  [/where_to_look/, 'where_to_look', 'related_links'],
  [/\bunheard\b/, 'unheard: 3', 'unread_logs'],
  [/\bmeantSo\b|meant-so/, 'meantSo(view)', 'intentionNote'],
  [/\batRest\b|at-rest\.ts/, 'atRest(view)', 'isIntentionallyIdle'],
  [/\bleadsTo\b|leads-to\.ts/, 'leadsTo(view)', 'selectsWorkload'],
  [/findImpatience/, 'findImpatience()', 'findAggressiveLiveness'],
  [/\btakeUp\b|take-up\.ts/, 'takeUp(run)', 'resumeRun'],
  [/createKeeper|create-keeper/, 'createKeeper()', 'a reader or a writer, by what it does'],
  [/\bmayBegin\b/, 'mayBegin(facts)', 'evaluateStart'],
  [/\bseeAfter\b/, 'seeAfter(execution)', 'assessAfterExecution'],
  [/askApprovals/, 'askApprovals()', 'requiredApprovals'],
  [/\blaps(?:e|ed|es)\b|lapse-watch/, 'the lease lapsed', 'expired, timed out'],
  [/execution_begun|approval_asked/, 'execution_begun', 'execution_started, approval_requested'],
  [/blind_run_id/, 'blind_run_id', 'concurrent_run_id'],
  [/\bCaseFile\b|\bcase file\b|kept-case/, 'the case file', 'run context, run memory'],
  [/\bmost[A-Z]\w*|\bmost_\w+/, 'const mostItems = 3', 'the noun of the limit: maxItems'],
  [/\blongest[A-Z]\w*/, 'const longestKey = 64', 'the noun of the limit: maxKeyLength'],
  [/\bfates?\b|\bFate\b/, 'its fate', 'result, state'],
  [/\b[sS]eats?\b(?! belt)/, 'a seat on a node', 'placement'],
  [/\btoldOf\b|\btellChanges\b/, 'toldOf(view)', 'messagesOf, addRecentChanges'],
  [/\bAnalyzers\b|\banalyzers\b|[:<] ?Analyzer\b|type Analyzer\b|kubernetesAnalyzers/, 'type Analyzer', 'rule'],
  [/\bpatience\b/, 'with patience', 'the time limit, or retries'],
  [/'s leave\b|\bleave of a person\b/, "a person's leave", 'permission, approval'],
  [/for want of/, 'for want of a log', 'because there is no'],
  [/ends at start\b/, 'it ends at start', 'exits at start-up'],
  [/keeps ending/, 'it keeps ending', 'keeps exiting'],
  [/\bis at it\b/, 'nobody is at it', 'carries it out, runs'],
  [/\bvanish(?:ed|es)?\b/, 'the worker vanished', 'stopped renewing its lease, no longer exists'],
  [/\bwhoever\b/i, 'whoever calls', 'the caller, anyone who'],
  [/held against|holds? \w+ against/, 'held against the limit', 'compared with'],
  [/would it resolve this/i, 'would it resolve this? open', 'Would fix the cause'],
  [/\bbears?\b|\bborne?\b/, 'no node bears the label', 'has'],
  [/\bpicture\b/, 'outside the picture', 'snapshot'],
  [/\btells? of\b|\btold of\b/, 'a signal tells of trouble', 'reports'],
]

const extensions = /\.(?:ts|js|md|yaml|html|css)$/
const roots = ['src', 'agents', 'teams', 'tools', 'practice/server', 'bin', 'web', 'configs', 'docs']
const pages = ['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', '.env.example']

function filesBelow(folder: string): string[] {
  return (
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => extensions.test(name))
      .map((name) => join(folder, name))
      // Migrations name the columns and states of older files.
      .filter((path) => !/^docs\/(?:decisions|benchmarks|glossary)|^src\/adapters\/sql\/schema\.ts$/.test(path))
  )
}

describe('plain English', () => {
  it('finds the words that it is to refuse', () => {
    expect(givenUp.filter(([pattern, sample]) => !pattern.test(sample)).map(([, sample]) => sample)).toEqual([])
  })

  it('uses no word that was given up', () => {
    const paths = [...pages, ...roots.flatMap(filesBelow)]
    expect(paths.length).toBeGreaterThan(400)
    const found = paths.flatMap((path) =>
      readFileSync(path, 'utf8')
        .split('\n')
        .flatMap((line, index) =>
          givenUp
            .filter(([pattern]) => pattern.test(line))
            .map(([pattern, , say]) => `${path}:${index + 1}: "${pattern.exec(line)?.[0]}", say: ${say}`),
        ),
    )
    expect(found).toEqual([])
  })
})
