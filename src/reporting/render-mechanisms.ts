import type { ActionKind } from '#src/domain/action.ts'
import type { MechanismEntry } from '#src/domain/mechanism.ts'
import type { MechanismNote } from '#src/domain/mechanism-notes/mechanism-note.ts'

type Category = MechanismEntry['category']

const headings: Record<Category, string> = {
  application: 'Application',
  config: 'Configuration',
  access: 'Access',
  image: 'Images',
  probe: 'Probes',
  resources: 'Memory and disk',
  scheduling: 'Scheduling',
  storage: 'Storage',
  rollout: 'Workloads and rollouts',
  job: 'Jobs',
  admission: 'Refused pods',
  network: 'Network',
  autoscaling: 'Autoscaling and disruption budgets',
  node: 'Nodes',
  deletion: 'Deletion',
}

const head = `# Mechanisms

How things fail, in the words that a decision uses: when each of them is said, what it is read from, what is suggested, and what it cannot see. This page is rendered from the code (\`npm run docs:mechanisms\`); a test holds it against the rules.

## How to read it

- **Cause** may be a root by itself. **Symptom** is a root only where nothing explains it, and then with a confidence of at most 0.6.
- **Rank** decides between findings about the same workload: the higher one explains the lower one. 10 is a plain symptom, 30 how it died, 50 what kept it from running, 70 the thing to change, 80 the thing to change with its name.
- Rules never suppress each other; each says what it sees. The **cause graph** then draws an edge where a finding is about the same workload with a higher rank, where it says that it affects the other, where the other blames it (a Service leads to the workload that it selects), or where a pod template refers to what it is about. What nothing explains is a root; in a circle the weightiest one is. Two containers of a pod stand side by side: a cause in one never explains a cause in the other.
- What has the severity \`info\` is no root. What is \`low\` is one only where nothing worse was found, or where it concerns what was asked about.
- **Suggests** lists kinds of action in their usual order. Which of them appear depends on what the picture proves: a \`rollback\` needs an earlier revision without the fault, a value that nobody knows is asked for. A change that the picture proves useless is left out, and the rules about safety have the last word. \`custom_instruction\` and \`escalate\` are for people.
- A **field** begins with a dot and belongs to the pod or workload, unless a kind stands before it. **Log** wording gives examples, and counts only in a container that is not well now, or that is ready and goes on saying it.
- What could not be read is never taken for healthy or absent: it becomes a gap, or a lower confidence.`

/** The catalogue of mechanisms as a markdown page, by category; those to change first, their symptoms last. */
export function renderMechanisms(
  mechanisms: Readonly<Record<string, MechanismEntry>>,
  notes: Readonly<Record<string, MechanismNote>>,
): string {
  const all = Object.entries(mechanisms)
  const sections = (Object.keys(headings) as Category[]).flatMap((category) => {
    const members = all.filter(([, entry]) => entry.category === category)
    const ranked = members.toSorted(([, left], [, right]) => right.rank - left.rank)
    const told = ranked.flatMap(([name, entry]) => {
      const note = notes[name]
      return note ? [section(name, entry, note)] : []
    })
    return told.length === 0 ? [] : [`## ${headings[category]}`, ...told]
  })
  return `${[head, ...sections].join('\n\n')}\n`
}

function section(name: string, { title, role, rank }: MechanismEntry, note: MechanismNote): string {
  const { detected, from, suggests, limits } = note
  const lines = [
    `- **Detected**: ${detected}`,
    ...(from.length > 0 ? [`- **From**: ${from.map(markFields).join(' · ')}`] : []),
    `- **Suggests**: ${describeActions(suggests)}`,
    ...(limits === undefined ? [] : [`- **Limits**: ${limits}`]),
  ]
  return `### \`${name}\`\n\n${title.charAt(0).toUpperCase()}${title.slice(1)}. ${role === 'cause' ? 'Cause' : 'Symptom'}, rank ${rank}.\n\n${lines.join('\n')}`
}

/** The path of a field is code, also where its author left the marks out. */
function markFields(source: string): string {
  return source.replaceAll(/(?<=^|\s)\.[a-z][\w.[\]=]*/g, (path) => `\`${path}\``)
}

function describeActions(kinds: readonly ActionKind[]): string {
  return kinds.length > 0 ? kinds.map((kind) => `\`${kind}\``).join(', ') : 'nothing by itself; its cause does'
}
