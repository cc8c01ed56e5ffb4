import { describe, expect, it } from 'vitest'
import { fitText } from '#src/util/fit-text.ts'

const name = (letter: string) => `${letter.repeat(120)}-${letter.repeat(132)}`

describe('src/util/fit-text', () => {
  it('leaves alone what fits, long names and all', () => {
    const text = `Pod ${name('a')} fails`
    expect(fitText(text, 300)).toBe(text)
  })

  it('shortens names in the middle and keeps what is said of them', () => {
    const text = `Pods of Deployment ${name('a')} were preempted by Pod ${name('b')}: cpu 250m requested, 100m free`
    const fitted = fitText(text, 300)
    expect(fitted.length).toBeLessThanOrEqual(300)
    expect(fitted).toMatch(/^Pods of Deployment a+…a+ were preempted by Pod b+…b+: cpu 250m requested, 100m free$/)
  })

  it('shortens one name everywhere alike', () => {
    const fitted = fitText(`${name('a')} calls ${name('a')} and ${name('a')}`, 300)
    expect(new Set(fitted.match(/a+…a+/g)).size).toBe(1)
  })

  it('shortens no more than it must', () => {
    const fitted = fitText(`${name('a')} and ${'word '.repeat(20).trim()}`, 300)
    expect(fitted.length).toBeGreaterThan(295)
  })

  it('cuts the end where names alone do not help', () => {
    const fitted = fitText('word '.repeat(100), 300)
    expect(fitted.length).toBeLessThanOrEqual(300)
    expect(fitted.endsWith('…')).toBe(true)
  })
})
