import { describe, expect, it } from 'vitest'
import { notableKinds } from '#src/logs/notable-kinds.ts'
import { readRecords } from '#src/logs/read-records.ts'

const at = (index: number): string => new Date(1_780_000_000_000 + index * 1000).toISOString()
const records = (texts: string[]) => readRecords(texts.map((text, index) => ({ time: at(index), text })))
const calm = (count: number) => Array.from({ length: count }, (_, index) => `INFO order ${index} stored`)

const whyOf = (found: ReturnType<typeof notableKinds>, sample: RegExp) =>
  found.find((kind) => sample.test(kind.sample))?.why

describe('src/logs/notable-kinds', () => {
  it('names what a log says for the first time in its later half', () => {
    const found = notableKinds({ records: records([...calm(150), 'ERROR no plan', ...calm(50)]) })
    expect(whyOf(found, /no plan/)).toEqual(['new_in_log', 'rare'])
    expect(found[0]).toMatchObject({ count: 1, line: 150, first: at(150) })
  })

  it('names what the previous instance did not say, and what a sibling does not say', () => {
    const mine = records([...calm(30), 'WARN plan B is in force'])
    expect(whyOf(notableKinds({ records: mine, previous: records(calm(40)) }), /plan B/)).toEqual(['not_in_previous'])
    expect(whyOf(notableKinds({ records: mine, siblings: [records(calm(40))] }), /plan B/)).toEqual(['not_in_sibling'])
    const same = records([...calm(40), 'WARN plan B is in force'])
    expect(notableKinds({ records: mine, previous: same, siblings: [same] })).toEqual([])
  })

  it('names a burst at the end against the time before it', () => {
    const lines = [
      ...calm(200).toSpliced(20, 1, 'WARN slow answer'),
      ...Array.from({ length: 8 }, () => 'WARN slow answer'),
    ]
    expect(whyOf(notableKinds({ records: records(lines) }), /slow answer/)).toEqual(['burst'])
  })

  it('names fatal words in a log of any length', () => {
    expect(whyOf(notableKinds({ records: records(['INFO up', 'FATAL no plan']) }), /no plan/)).toEqual(['fatal'])
  })

  it('takes a short log or a steady one for nothing out of the ordinary', () => {
    expect(notableKinds({ records: records(['INFO up', 'ERROR no plan']) })).toEqual([])
    expect(notableKinds({ records: records(calm(300)), previous: records(calm(300)) })).toEqual([])
    expect(notableKinds({ records: [] })).toEqual([])
  })

  it('does not hold a log against an instance that hardly spoke', () => {
    expect(notableKinds({ records: records([...calm(30), 'WARN plan B']), previous: records(['INFO up']) })).toEqual([])
  })
})
