import type { Container } from '#src/domain/kubernetes/objects.ts'
import { parseQuantity } from '#src/domain/kubernetes/quantity.ts'

/** A setting by which a runtime is told how much memory it may take. */
export interface HeapOption {
  /** `-Xmx`, `GOMEMLIMIT`. */
  name: string
  /** As it stands: `-Xmx512m`, `GOMEMLIMIT=1GiB`. */
  text: string
  bytes: number
  /** The variable that holds it; absent where it stands in the command or the arguments. */
  variable?: string
  /** The whole value of the variable, or the argument. */
  value: string
  /** The same value with the option set to fit so many bytes. */
  withBytes: (bytes: number) => string
}

interface Rule {
  pattern: RegExp
  bytesOf: (match: RegExpExecArray, limit: number) => number | undefined
  /** The option, set to this many bytes of a container with this limit. */
  write: (bytes: number, limit: number) => string
}

const mebi = 2 ** 20
const inMebi = (bytes: number): number => Math.floor(bytes / mebi)

/** Java counts k, m and g in powers of two, whichever their case. */
function javaBytes(number: string | undefined, unit: string | undefined): number {
  const factors: Record<string, number> = { '': 1, k: 2 ** 10, m: mebi, g: 2 ** 30, t: 2 ** 40 }
  return Number(number) * (factors[(unit ?? '').toLowerCase()] ?? 1)
}

const java: Rule[] = [
  {
    pattern: /-Xmx(\d+)([kKmMgGtT]?)\b/,
    bytesOf: (match) => javaBytes(match[1], match[2]),
    write: (bytes) => `-Xmx${inMebi(bytes)}m`,
  },
  {
    pattern: /-XX:MaxHeapSize=(\d+)([kKmMgGtT]?)\b/,
    bytesOf: (match) => javaBytes(match[1], match[2]),
    write: (bytes) => `-XX:MaxHeapSize=${inMebi(bytes)}m`,
  },
  {
    pattern: /-XX:MaxRAMPercentage=(\d+(?:\.\d+)?)/,
    bytesOf: (match, limit) => (Number(match[1]) / 100) * limit,
    write: (bytes, limit) => `-XX:MaxRAMPercentage=${Math.floor((bytes / limit) * 100)}.0`,
  },
]
const node: Rule[] = [
  {
    pattern: /--max[-_]old[-_]space[-_]size[= ](\d+)/,
    bytesOf: (match) => Number(match[1]) * mebi,
    write: (bytes) => `--max-old-space-size=${inMebi(bytes)}`,
  },
]
const php: Rule[] = [
  {
    pattern: /memory_limit=(\d+)([kKmMgG]?)/,
    bytesOf: (match) => javaBytes(match[1], match[2]),
    write: (bytes) => `memory_limit=${inMebi(bytes)}M`,
  },
]
const goLimit: Rule = {
  pattern: /^(\d+(?:\.\d+)?)(B|KiB|MiB|GiB|TiB)?$/,
  bytesOf: (match) =>
    parseQuantity(`${match[1]}${(match[2] ?? 'B').replace(/i?B$/, (unit) => (unit === 'B' ? '' : 'i'))}`),
  write: (bytes) => `${inMebi(bytes)}MiB`,
}
const phpLimit: Rule = {
  pattern: /^(\d+)([kKmMgG]?)$/,
  bytesOf: (match) => javaBytes(match[1], match[2]),
  write: (bytes) => `${inMebi(bytes)}M`,
}

const variables: [RegExp, Rule[]][] = [
  [
    /^(?:_?JAVA_(?:TOOL_)?OPT(?:ION)?S|JDK_JAVA_OPTIONS|CATALINA_OPTS|JVM_(?:OPTS|ARGS|OPTIONS)|(?:KAFKA_HEAP|ES_JAVA|SBT|MAVEN|GRADLE)_OPTS|[A-Z_]*JAVA_OPTS[A-Z_]*)$/,
    java,
  ],
  [/^NODE_OPTIONS$/, node],
  [/^GOMEMLIMIT$/, [goLimit]],
  [/^PHP_MEMORY_LIMIT$/, [phpLimit]],
]

/** Every heap option of a container, in its variables, its command and its arguments. `limit` is its memory limit in bytes. */
export function heapOptionsOf(spec: Container, limit: number): HeapOption[] {
  const fromVariables = (spec.env ?? []).flatMap(({ name, value }) => {
    const rules = variables.find(([pattern]) => pattern.test(name))?.[1] ?? []
    return value === undefined ? [] : optionsIn(value, rules, limit, name)
  })
  const words = [...(spec.command ?? []), ...(spec.args ?? [])]
  return [...fromVariables, ...words.flatMap((word) => optionsIn(word, [...java, ...node, ...php], limit, undefined))]
}

function optionsIn(value: string, rules: Rule[], limit: number, variable: string | undefined): HeapOption[] {
  return rules.flatMap((rule) => {
    const match = rule.pattern.exec(value)
    const bytes = match ? rule.bytesOf(match, limit) : undefined
    if (!match || bytes === undefined || Number.isNaN(bytes)) return []
    const whole = match[0] === value && variable !== undefined
    return [
      {
        name: whole ? variable : (/^[-\w:]*?[A-Za-z_]+(?=[= \d]|$)/.exec(match[0])?.[0] ?? match[0]),
        text: whole ? `${variable}=${value}` : match[0],
        bytes,
        ...(variable === undefined ? {} : { variable }),
        value,
        withBytes: (wanted: number) => lowerStart(value.replace(match[0], rule.write(wanted, limit)), wanted),
      },
    ]
  })
}

/** A JVM whose first heap is larger than its largest one does not start. */
function lowerStart(value: string, bytes: number): string {
  return value.replace(/-Xms(\d+)([kKmMgGtT]?)\b/, (text, number: string, unit: string) =>
    javaBytes(number, unit) > bytes ? `-Xms${inMebi(bytes)}m` : text,
  )
}
