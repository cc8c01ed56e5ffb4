import { createRandom } from '#test/bench/log-corpus.ts'

/* Everyday lines of services that are well, in several dialects: what stands round the few lines that matter. */

type Say = (random: () => number, stamp: string) => string

const whole = (random: () => number, most: number): number => Math.floor(random() * most)
const pick = (random: () => number, words: string): string => {
  const list = words.split(' ')
  return list[whole(random, list.length)] ?? ''
}
const thing = (random: () => number): string => pick(random, 'order basket invoice voucher parcel session quote rating')
const deed = (random: () => number): string => pick(random, 'stored loaded merged sent checked archived priced')
const id = (random: () => number): string => whole(random, 0xffffff).toString(16).padStart(6, '0')

const chatter =
  'lease window shard quorum ledger broker topic offset cursor batch flush gauge probe ring slice token bucket queue stage phase round epoch frame block page tree leaf edge path route hop link peer node zone region rack slot lane band tier pool ramp seed salt hash mark sweep trace span tick beat pulse drift skew delta sigma alpha gamma omega'

/** A dialect's lines with their shares; one in a hundred or so is a trouble that passed by itself. */
const dialects: Record<string, Say> = {
  json: (random, stamp) =>
    random() < 0.01
      ? `{"level":"warn","time":"${stamp}","msg":"slow query","ms":${900 + whole(random, 500)},"table":"${thing(random)}s"}`
      : `{"level":"info","time":"${stamp}","msg":"${thing(random)} ${deed(random)}","id":"${id(random)}","ms":${whole(random, 90)}}`,
  logfmt: (random, stamp) =>
    `time=${stamp} level=info component=worker-${whole(random, 9)} msg="${thing(random)} ${deed(random)}" id=${id(random)} duration=${whole(random, 90)}ms`,
  access: (random) =>
    `10.9.${whole(random, 9)}.${whole(random, 250)} - - [20/Nov/2026:09:45:06 +0000] "GET /v1/${thing(random)}s/${id(random)} HTTP/1.1" ${pick(random, '200 200 200 200 304 404')} ${whole(random, 9000)} "-" "kube-probe/1.36"`,
  klog: (random) =>
    `I1120 09:45:06.${String(whole(random, 999_999)).padStart(6, '0')}       1 sync.go:${100 + whole(random, 9)}] "Reconciled" kind="${thing(random)}" name="${thing(random)}-${id(random)}"`,
  java: (random, stamp) =>
    random() < 0.005
      ? `${stamp.slice(0, 23).replace('T', ' ')}  WARN 1 --- [pool-${whole(random, 8)}] c.example.Retry : attempt 1 of 3 failed, trying again`
      : `${stamp.slice(0, 23).replace('T', ' ')}  INFO 1 --- [pool-${whole(random, 8)}] c.example.${thing(random)}.Service : ${thing(random)} ${id(random)} ${deed(random)}`,
  chatty: (random, stamp) =>
    `${stamp} debug ${Array.from({ length: 4 + whole(random, 6) }, () => pick(random, chatter)).join(' ')}`,
  plain: (random, stamp) =>
    random() < 0.004
      ? `${stamp} ERROR [app] ${thing(random)} ${whole(random, 90_000)} failed once, succeeded on attempt 2`
      : `${stamp} INFO  [app] ${thing(random)} ${whole(random, 90_000)} ${deed(random)} in ${whole(random, 90)} ms`,
}

/** So many lines of one dialect each a second apart, the same for the same seed. */
export function noiseLines(count: number, seed: number): string[] {
  const random = createRandom(seed)
  const names = Object.keys(dialects)
  const say = dialects[names[seed % names.length] ?? 'plain'] as Say
  return Array.from({ length: count }, (_, index) =>
    say(random, new Date(1_780_000_000_000 + index * 1000).toISOString()),
  )
}
