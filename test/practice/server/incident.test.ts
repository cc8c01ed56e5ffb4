import { describe, expect, it } from 'vitest'
import { dialects } from '#practice/server/reword.ts'
import { rewordLog } from '#practice/server/incident.ts'

const stamp = '2026-03-01T09:58:44.310Z'
const line = (level: string, message: string) => `${stamp} ${level.padEnd(5)} [billing] ${message}\n`

/** What was said, and what no wording may lose. */
const decisive: [string, string[]][] = [
  [line('FATAL', 'configuration error: required environment variable LEDGER_URL is not set'), ['LEDGER_URL']],
  [
    line('ERROR', 'attempt 1/3: dial tcp 10.96.7.7:5432: connect: connection refused'),
    ['10.96.7.7', '5432', 'attempt 1/3'],
  ],
  [line('ERROR', 'dial tcp: lookup ledger-db.shop on 10.96.0.10:53: no such host'), ['ledger-db.shop']],
  [line('FATAL', 'listen tcp :9090: bind: address already in use'), ['9090', 'in use']],
  [
    line(
      'FATAL',
      'parse /etc/app/app.properties: line 7: key "pool.max": strconv.Atoi: parsing "many": invalid syntax',
    ),
    ['/etc/app/app.properties', '7', 'pool.max', 'many'],
  ],
  [line('FATAL', 'users.csv: row 512: price "1.2.3" is not a valid decimal'), ['users.csv', '512', '1.2.3']],
  [line('WARN', 'worker pool exhausted: 8/8 goroutines waiting on mutex cart.lock'), ['8/8', 'cart.lock']],
  [line('INFO', 'warming caches (30s)'), ['30']],
  ['app: error: unknown flag or command: "--prot=1"\nUsage: app [--port=N]\n', ['--prot=1', '--port=N']],
  [
    'panic: runtime error: index out of range [5]\n\ngoroutine 1 [running]:\nshop/cart.(*Cart).Total(0x0)\n\t/src/cart/cart.go:41 +0x3c\n',
    ['index out of range [5]', 'cart.(*Cart).Total', 'cart.go', '41'],
  ],
]

describe('practice/server/incident', () => {
  it.each(dialects.flatMap((dialect) => decisive.map(([text, names]) => ({ dialect, text, names }))))(
    '$dialect keeps the decisive names of $text',
    ({ dialect, text, names }) => {
      const told = rewordLog(text, dialect).replaceAll('\\"', '"')
      expect(names.filter((name) => !told.includes(name))).toEqual([])
    },
  )

  it.each(dialects)('%s keeps the time and says it in other words than the recording', (dialect) => {
    const text = line('FATAL', 'configuration error: required environment variable LEDGER_URL is not set')
    const told = rewordLog(text, dialect)
    expect(told).not.toContain('required environment variable LEDGER_URL is not set')
    expect(told).toMatch(/09:58:44\.310|1772359124310/)
  })

  it('keeps levels', () => {
    expect(JSON.parse(rewordLog(line('WARN', 'slow'), 'json'))).toMatchObject({
      level: 40,
      msg: 'slow',
      time: 1772359124310,
    })
    expect(rewordLog(line('ERROR', 'slow'), 'klog')).toMatch(/^E0301 09:58:44\.310000 +1 billing\.go:\d+\] slow\n$/)
    expect(rewordLog(line('INFO', 'slow'), 'logfmt')).toBe(`time=${stamp} level=info component=billing msg="slow"\n`)
    expect(rewordLog(line('WARN', 'slow'), 'plain')).toMatch(/^2026-03-01 09:58:44\.310 {2}WARN 1 --- /)
  })

  it.each(dialects)('%s says each line once, in order', (dialect) => {
    const text = Array.from({ length: 50 }, (_, index) => line('INFO', `item ${index}.`)).join('')
    const told = rewordLog(text, dialect).trimEnd().split('\n')
    expect(told.map((one) => /item (\d+)\./.exec(one)?.[1])).toEqual(
      Array.from({ length: 50 }, (_, index) => `${index}`),
    )
  })

  it.each(dialects)('%s leaves what the kubelet or a runtime says as it is', (dialect) => {
    const kubelet = 'unable to retrieve container logs for containerd://61b2'
    const runtime = '[0.012s][info][gc] Using G1\n'
    expect(rewordLog(kubelet, dialect)).toBe(kubelet)
    expect(rewordLog(runtime, dialect)).toBe(runtime)
    expect(rewordLog('', dialect)).toBe('')
  })
})
