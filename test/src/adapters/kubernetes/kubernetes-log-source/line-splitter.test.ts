import { describe, expect, it } from 'vitest'
import { LineSplitter } from '#src/adapters/kubernetes/kubernetes-log-source.ts'

describe('src/adapters/kubernetes/kubernetes-log-source/line-splitter', () => {
  it.each([1, 2, 3, 5, 100])('gives the same lines however the text is cut: pieces of %i', (size) => {
    const text = 'one\n\ntwo words\nthree'
    const splitter = new LineSplitter()
    const lines: string[] = []
    for (let at = 0; at < text.length; at += size) lines.push(...splitter.push(text.slice(at, at + size)))
    expect([...lines, ...splitter.end()]).toEqual(['one', '', 'two words', 'three'])
  })

  it('has nothing left where the text ends with a line break', () => {
    const splitter = new LineSplitter()
    expect([splitter.push('one\n'), splitter.end()]).toEqual([['one'], []])
  })

  it('holds a bounded part of a line that never ends', () => {
    const splitter = new LineSplitter()
    for (let piece = 0; piece < 100; piece++) splitter.push('x'.repeat(65_536))
    expect(splitter.end()[0]?.length).toBeLessThan(140_000)
  })
})
