import type { ActionKind } from '#src/domain/action.ts'

type Category = keyof typeof headings

/** What the page says of one mechanism. */
export interface MechanismText {
  title: string
  category: Category
  role: 'cause' | 'symptom'
  layer: string
  explains?: Readonly<Record<string, string>>
  detected: string
  from: readonly string[]
  suggests: readonly ActionKind[]
  limits?: string
}

interface Mechanisms<Name extends string> {
  entries: Readonly<Record<Name, MechanismText>>
  weightOf: (name: Name) => number
}

const headings = {
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
} as const

const head = `# Mechanisms

How things fail, in the words that a decision uses: when each of them is reported, what it is read from, what is suggested, and what it cannot show. This page is made from the declarations of the rules (\`npm run docs:mechanisms\`); a test compares the two.

## How to read it

- **Cause** may be a root by itself. **Symptom** is a root only where nothing explains it, and then with a confidence of at most 0.6.
- **Layer** decides between findings about the same workload: the one in the earlier layer explains the one in the later layer. The layers are listed below. Within a layer a mechanism explains those that its section names under **Explains**, with the reason, and what those explain; for the rest the surer finding explains the other.
- Rules never suppress each other; each says what it sees. The **cause graph** then draws an edge where a finding is about the same workload in an earlier layer, where it says that it affects the other, where the other blames it (a Service leads to the workload that it selects), or where a pod template refers to what it is about. What nothing explains is a root; in a circle the one of the earliest layer is. Two containers of a pod are independent of each other: a cause in one never explains a cause in the other.
- What has the severity \`info\` is no root. What is \`low\` is one only where nothing worse was found, or where it concerns what was asked about.
- **Suggests** lists kinds of action in their usual order. Which of them appear depends on what the snapshot proves: a \`rollback\` needs an earlier revision without the fault, a person is asked for a value that is not known. A change that the snapshot proves useless is left out, and the safety rules decide last. \`custom_instruction\` and \`escalate\` are for people.
- A **field** begins with a dot and belongs to the pod or workload, unless a kind stands before it. **Log** wording gives examples, and counts only in a container that is not well now, or that is ready and goes on saying it.
- What could not be read is never taken for healthy or absent: it becomes a gap, or a lower confidence.`

/** The catalogue of mechanisms as a markdown page with an index, by category; causes first, their symptoms last. */
export function renderMechanisms<Name extends string>(
  { entries, weightOf }: Mechanisms<Name>,
  layers: Readonly<Record<string, string>>,
): string {
  const groups = (Object.keys(headings) as Category[]).flatMap((category) => {
    const members = (Object.entries(entries) as [Name, MechanismText][]).filter(
      ([, entry]) => entry.category === category,
    )
    const ordered = members.toSorted(([left], [right]) => weightOf(right) - weightOf(left))
    return ordered.length === 0 ? [] : [{ heading: headings[category], members: ordered }]
  })
  const index = groups.map(
    ({ heading, members }) =>
      `- [${heading}](#${anchorOf(heading)}): ${members.map(([name]) => `[\`${name}\`](#${name})`).join(', ')}`,
  )
  const order = Object.entries(layers).map(([layer, meaning]) => `1. **${layer}**: ${meaning}`)
  const sections = groups.flatMap(({ heading, members }) => [
    `## ${heading}`,
    ...members.map(([name, entry]) => section(name, entry)),
  ])
  return `${[head, '## Layers', order.join('\n'), '## Index', index.join('\n'), ...sections].join('\n\n')}\n`
}

function anchorOf(heading: string): string {
  return heading.toLowerCase().replaceAll(' ', '-')
}

function section(
  name: string,
  { title, role, layer, explains, detected, from, suggests, limits }: MechanismText,
): string {
  const reasons = Object.entries(explains ?? {}).map(([effect, reason]) => `[\`${effect}\`](#${effect}) (${reason})`)
  const lines = [
    `- **Detected**: ${detected}`,
    ...(from.length > 0 ? [`- **From**: ${from.map(markFields).join(' · ')}`] : []),
    `- **Suggests**: ${describeActions(suggests)}`,
    ...(reasons.length > 0 ? [`- **Explains**: ${reasons.join(', ')}`] : []),
    ...(limits === undefined ? [] : [`- **Limits**: ${limits}`]),
  ]
  const sentence = `${title.charAt(0).toUpperCase()}${title.slice(1)}. ${role === 'cause' ? 'Cause' : 'Symptom'}, layer ${layer}.`
  return `### \`${name}\`\n\n${sentence}\n\n${lines.join('\n')}`
}

/** The path of a field is set as code, also where the declaration has no marks. */
function markFields(source: string): string {
  return source.replaceAll(/(?<=^|\s)\.[a-z][\w.[\]=]*/g, (path) => `\`${path}\``)
}

function describeActions(kinds: readonly ActionKind[]): string {
  return kinds.length > 0 ? kinds.map((kind) => `\`${kind}\``).join(', ') : 'nothing by itself; its cause does'
}
