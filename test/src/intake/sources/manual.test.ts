import { describe, expect, it } from 'vitest'
import { fingerprint } from '#src/intake/fingerprint.ts'
import { refusalsOf, signalsOf } from '#test/helpers/intake-context.ts'

const report = (title: string) => signalsOf('issues', { title, namespace: 'shop' })[0]!

describe('src/intake/sources/manual', () => {
  it("keeps a person's words, which tell reports apart", () => {
    expect(report('Orders are slow')).toMatchObject({
      source: 'manual',
      message: 'Orders are slow',
      resource: { kind: 'Namespace', name: 'shop' },
    })
    expect(fingerprint(report('Orders are slow'))).toEqual(fingerprint(report('orders  are slow')))
    expect(fingerprint(report('Orders are slow'))).not.toEqual(fingerprint(report('Orders are lost')))
  })

  it('needs a title, and a place', () => {
    expect(refusalsOf('issues', { namespace: 'shop' }).map(([path]) => path)).toEqual(['title'])
    expect(refusalsOf('issues', { title: 'It is slow' }).map(([path]) => path)).toEqual(['namespace'])
  })
})
