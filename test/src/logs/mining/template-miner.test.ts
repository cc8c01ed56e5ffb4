import { describe, expect, it } from 'vitest'
import { createTemplateMiner } from '#src/logs/mining/template-miner.ts'
import { corpusTemplates } from '#test/bench/log-corpus-templates.ts'
import { createRandom, generateSystem } from '#test/bench/log-corpus.ts'

function mine(lines: readonly string[], most?: number) {
  const miner = createTemplateMiner(most)
  for (const [index, line] of lines.entries()) miner.add(line, index)
  return miner.kinds()
}

const kindsOf = (...lines: string[]) => mine(lines).length

describe('src/logs/mining/template-miner', () => {
  it.each([
    ['numbers', 'took 12 of 30', 'took 7 of 9'],
    ['addresses', 'connect to /10.0.0.1:80 failed', 'connect to /10.9.9.9:5432 failed'],
    ['paths', 'open /var/log/a: denied', 'open /etc/b/c: denied'],
    ['lists of any length', 'replicas [1, 2, 3] are behind', 'replicas [7] are behind'],
    ['units', 'free 1.2 GB left', 'free 900 KB left'],
    ['a duration under one', 'lifetime <1 sec', 'lifetime 00:21'],
    ['hardware addresses', 'lease for ca:7c:f7:3b:1b:f1 ends', 'lease for 00:1c:07:bb:ff:aa ends'],
    ['words behind =', 'state=ready of pool', 'state=draining of pool'],
    ['truth values', 'sync is true now', 'sync is false now'],
    ['identifiers', 'block blk_-123 is lost', 'block blk_77 is lost'],
    ['dotted names', 'use com.acme.app.Main instead', 'use org.other.thing instead'],
    ['a name behind the word user', 'login of user alice refused', 'login of user bob refused'],
    ['what is between empty brackets', 'connection from 10.0.0.1 (a.b.c) at 12', 'connection from 10.0.0.2 () at 13'],
    ['a size said again for people', '12 bytes sent, 8 bytes received', '7829 bytes (7.64 KB) sent, 9 bytes received'],
    ['masks', 'took <*> of <*>', 'took 7 of 9'],
    ['lists of pairs', 'sets node-1 0x1 <ok> node-2 0x2 <ok>', 'sets node-1 0x1 <ok> node-2 0x2 <ok> node-3 0x3 <ok>'],
  ])('takes %s for values', (_, left, right) => {
    expect(kindsOf(left, right)).toBe(1)
  })

  it.each([
    ['few words said often', 'VM started by request', 'VM paused by request'],
    ['what became of a thing', 'the server started in time', 'the server stopped in time'],
    ['methods', '"GET /a/1 HTTP/1.1" 200', '"POST /a/1 HTTP/1.1" 200'],
    ['what failed', 'chdir(/a/b) failed: No such file', 'chdir(/a/b) failed: Input/output error'],
    ['one word more', 'password for root from 1.2.3.4', 'password for invalid user root from 1.2.3.4'],
    ['exceptions', 'java.io.IOException: closed', 'java.lang.NullPointerException: closed'],
    ['a key without a value', 'rhost=1.2.3.4 user=root', 'rhost=1.2.3.4'],
    ['constants', 'state is LOOKING (mine)', 'state is LEADING (mine)'],
    ['constants with dots', 'received app.intent.SCREEN_ON', 'received app.intent.SCREEN_OFF'],
    ['dotted names said often', 'visible is system.time.format now', 'visible is system.charge.show now'],
    ['a call from a bracketed name', 'cleared at end() of it', 'cleared at end (x1) of it'],
    ['what has other keys', 'skip Intent { act=a.b flg=0x1 } now', 'skip Intent { flg=0x1 cmp=b/.c } now'],
  ])('keeps %s apart', (_, left, right) => {
    expect(mine([...Array<string>(40).fill(left), ...Array<string>(40).fill(right)])).toHaveLength(2)
  })

  it('keeps settings that are said again and again apart by their keys, and takes a list of them for one kind', () => {
    const keys = ['java.version', 'java.vendor', 'java.home', 'os.name', 'os.arch', 'user.name', 'host.name']
    const said = keys.map((key) => `Server environment:${key}=value of it`)
    expect(mine([...said, ...said, ...said])).toHaveLength(keys.length)
    expect(mine(said)).toMatchObject([{ count: keys.length, template: 'Server environment:<*>=<*> of it' }])
  })

  it('keeps changes from one state to another apart', () => {
    const states = ['NEW', 'ASSIGNED', 'RUNNING', 'CLEANUP', 'DONE', 'FAILED', 'KILLED', 'LOST']
    const changes = states.slice(1).map((state, index) => `task 12 went from ${states[index]} to ${state} at once`)
    expect(mine(changes)).toHaveLength(changes.length)
  })

  it('keeps few names that are said hundreds of times apart, and takes more for values', () => {
    const often = (name: string) => Array<string>(300).fill(`opened by client ${name} again`)
    expect(mine([...often('Updater'), ...often('Deployer')])).toHaveLength(2)
    expect(mine([...often('Updater'), ...often('Deployer'), ...often('Watcher'), ...often('Backup')])).toHaveLength(1)
  })

  it('takes two places that vary together for values', () => {
    const pairs = [
      ['Reader', 'Source'],
      ['Writer', 'Sink'],
      ['Parser', 'Format'],
      ['Mapper', 'Table'],
      ['Joiner', 'Column'],
    ]
    expect(mine(pairs.map(([old, other]) => `the ${old} is old and the ${other} is meant instead`))).toHaveLength(1)
  })

  it('takes words of a switch in brackets for values', () => {
    expect(kindsOf('supply status ( on on )', 'supply status ( on off )')).toBe(1)
    expect(kindsOf('the link is up', 'the link is down')).toBe(2)
  })

  it('finds words that vary without any shape of a value', () => {
    const towns =
      'Bern Rome Oslo Riga Kiev Prague Vienna Lisbon Dublin Athens Sofia Minsk Tunis Lima Quito Cairo'.split(' ')
    const kinds = mine(towns.flatMap((town) => [`the route through ${town} was closed again`]))
    expect(kinds).toMatchObject([{ count: towns.length, template: 'the route through <*> was closed again' }])
  })

  it('finds the same kinds with the same counts in whatever order the lines come', () => {
    for (const system of ['shelldaemon', 'blockstore', 'proxy', 'cloud']) {
      const lines = generateSystem(system, 1500, 3).map((line) => line.content)
      const random = createRandom(5)
      const shuffled = lines.map((line) => ({ line, rank: random() }))
      shuffled.sort((left, right) => left.rank - right.rank)
      const counts = (text: readonly string[]) => mine(text).map((kind) => kind.count)
      expect(counts(shuffled.map(({ line }) => line))).toEqual(counts(lines))
    }
  })

  it('takes the templates that it found for lines of their kinds', () => {
    for (const system of Object.keys(corpusTemplates)) {
      const miner = createTemplateMiner()
      for (const [index, { content }] of generateSystem(system, 1000, 3).entries()) miner.add(content, index)
      const found = miner.kinds()
      expect(found.length, system).toBeGreaterThan(0)
      for (const { template, count } of found)
        expect([system, template, miner.add(template, 0).count]).toEqual([system, template, count + 1])
      expect(miner.kinds().map(({ template }) => template)).toEqual(found.map(({ template }) => template))
    }
  })

  it('keeps the first line of a kind as its sample, and its times', () => {
    const miner = createTemplateMiner()
    miner.add('tick 1', 4, 1000)
    miner.add('tick 3', 5, 2000)
    miner.add('tick 2', 6, 1500)
    expect(miner.kinds()).toEqual([
      { count: 3, first: 1000, last: 2000, sample: 'tick 1', index: 4, template: 'tick <*>' },
    ])
  })

  it('is bounded: endless new kinds push out those not seen for longest, and every line is counted or said to be forgotten', () => {
    const random = createRandom(1)
    const word = () => Array.from({ length: 6 }, () => String.fromCharCode(97 + Math.floor(random() * 26))).join('')
    const miner = createTemplateMiner(300)
    for (let index = 0; index < 5000; index++) {
      miner.add(`${word()} ${word()} ${word()} ${word()}`, index)
      miner.add('the one that always comes', index)
    }
    const kinds = miner.kinds()
    const forgotten = miner.forgotten()
    expect(kinds.length).toBeLessThanOrEqual(300)
    expect(kinds[0]?.count).toBeGreaterThanOrEqual(5000)
    expect(kinds.reduce((sum, kind) => sum + kind.count, 0) + forgotten.lines).toBe(10_000)
    expect(forgotten.kinds).toBe(5001 - kinds.length)
    expect(forgotten.example?.index).toBe(0)
  })

  it('takes whatever bytes come', () => {
    const random = createRandom(9)
    const lines = Array.from({ length: 2000 }, () =>
      Array.from({ length: Math.floor(random() * 300) }, () =>
        String.fromCharCode(random() < 0.8 ? Math.floor(random() * 128) : Math.floor(random() * 65_536)),
      ).join(''),
    )
    const kinds = mine([...lines, '', ' ', '='.repeat(5000), '('.repeat(5000), 'x'.repeat(100_000)])
    expect(kinds.reduce((sum, kind) => sum + kind.count, 0)).toBe(2005)
  })
})
