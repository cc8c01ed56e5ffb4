import { corpusTemplates } from './log-corpus-templates.ts'

/** One line with the statement that said it. */
export interface LabelledLine {
  content: string
  event: string
}

/** A pseudo-random number in [0, 1), the same sequence for the same seed. */
export function createRandom(seed: number): () => number {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}

const words = {
  user: 'root admin guest oracle test mysql ftp nobody deploy webmaster pi git alice bob news cyrus uucp support backup',
  service: 'cupsd sshd crond portmap rpcidmapd syslogd klogd network hcid sdpd netfs apmd smartd xinetd',
  task: 'spawning deleting networking',
  tag: 'View Lock|RILJ|*launch*|WiFi Keep|ScreenOn|AudioMix|*alarm*|Job Wake',
  client: 'WindowsUpdateAgent SPP DeploymentAgent',
  onoff: 'on off',
  word: 'HELP OPTIONS_X FOO PROPFIND TRACK',
  part: 'com org net data app core media video main cache index shell video player news util io',
}
const lists = Object.fromEntries(
  Object.entries(words).map(([kind, text]) => [kind, text.split(text.includes('|') ? '|' : ' ')]),
)

type Make = (random: () => number) => string

const pick = (kind: string, random: () => number): string =>
  (lists[kind] ?? [])[Math.floor(random() ** 2 * (lists[kind]?.length ?? 0))] ?? kind
const n = (random: () => number, most = 10_000): string => String(Math.floor(random() ** 2 * most))
const hex = (random: () => number, length: number): string =>
  Array.from({ length }, () => Math.floor(random() * 16).toString(16)).join('')
const part: Make = (random) => pick('part', random)
const dotted: Make = (random) => Array.from({ length: 3 + Math.floor(random() * 3) }, () => part(random)).join('.')
const ip: Make = (random) => `10.${n(random, 255)}.${n(random, 255)}.${n(random, 255)}`
const some = (make: Make, most: number, between: string): Make => {
  return (random) => Array.from({ length: 1 + Math.floor(random() * most) }, () => make(random)).join(between)
}

const host: Make = (random) =>
  `${some(part, 2, '-')(random)}.${part(random)}.${random() < 0.5 ? 'example' : `n${n(random, 99)}`}.test`

/** How each kind of value looks; kinds that are not here are picked from `words`. */
const kinds: Record<string, Make> = {
  n,
  neg: (random) => (random() < 0.5 ? `-${n(random)}` : n(random)),
  bit: (random) => n(random, 2),
  float: (random) => `${n(random)}.${n(random, 1000)}`,
  port: (random) => n(random, 65_535),
  ip,
  ipport: (random) => `${ip(random)}:${n(random, 65_535)}`,
  iplist: some((random) => `${ip(random)}:50010`, 3, ' '),
  nlist: (random) => `[${some(n, 6, ', ')(random)}]`,
  userlist: some((random) => pick('user', random), 1, ','),
  blk: (random) => `blk_${random() < 0.5 ? '-' : ''}${hex(random, 1)}${n(random, 1e15)}`,
  path: (random) => `/${some(part, 4, '/')(random)}${random() < 0.4 ? `/${n(random)}` : ''}`,
  url: (random) => `hdfs://${part(random)}:9000/${some(part, 3, '/')(random)}`,
  uuid: (random) => [8, 4, 4, 4, 12].map((length) => hex(random, length)).join('-'),
  hex0x: (random) => `0x${hex(random, 8)}`,
  hex: (random) => hex(random, 8),
  hexword: (random) => hex(random, 8),
  size: (random) => `${n(random)}.${n(random, 10)} ${['B', 'KB', 'MB'][Math.floor(random() * 3)]}`,
  life: (random) => (random() < 0.4 ? '<1 sec' : `0${n(random, 9)}:${10 + Number(n(random, 49))}`),
  date: (random) => `Sat Jun ${10 + Number(n(random, 18))} 02:0${n(random, 9)}:10 2005`,
  wintime: (random) => `2016/9/2${n(random, 9)}:20:40:53.${n(random, 999)}`,
  host,
  mac: (random) => Array.from({ length: 6 }, () => hex(random, 2)).join(':'),
  ident: (random) => `${part(random)}_${n(random, 99)}`,
  attempt: (random) => `attempt_${n(random, 1e9)}_0001_m_${n(random, 99)}_0`,
  dotted,
  pkg: (random) => `${dotted(random)}.${part(random)}Type`,
  component: (random) => `${dotted(random)}/.${part(random)}.MainActivity`,
  package: (random) => `Package_for_KB${n(random, 1e7)}~${hex(random, 8)}~amd64~~6.1.1.2`,
  winpath: (random) => `C:\\Windows\\${part(random)}\\${part(random)}_${hex(random, 4)}`,
  maybehost: (random) => (random() < 0.3 ? '' : host(random)),
  again: (random) => (random() < 0.5 ? '' : ` (${n(random, 999)}.${n(random, 99)} ${random() < 0.7 ? 'KB' : 'MB'})`),
  members: some((random) => `node-${n(random, 255)} 0x${hex(random, 8)} <ok>`, 6, ' '),
  bool: (random) => (random() < 0.5 ? 'true' : 'false'),
}

/** A line of a statement with values drawn anew. */
export function fill(template: string, random: () => number): string {
  return template.replaceAll(/\{([a-z]\w*)\}/g, (_, kind: string) => kinds[kind]?.(random) ?? pick(kind, random))
}

/** Labelled lines of one invented system; few statements are said often, many hardly ever, as in real logs. */
export function generateSystem(system: string, lines: number, seed: number): LabelledLine[] {
  const templates = corpusTemplates[system] ?? []
  const random = createRandom(seed)
  const order = templates.map((template, index) => ({ template, index, rank: random() }))
  order.sort((left, right) => left.rank - right.rank)
  return Array.from({ length: lines }, () => {
    const chosen = order[Math.min(order.length - 1, Math.floor(random() ** 2.2 * order.length))]
    return { content: fill(chosen?.template ?? '', random), event: `E${chosen?.index}` }
  })
}
