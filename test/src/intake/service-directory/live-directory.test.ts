import { describe, expect, it } from 'vitest'
import { createLiveDirectory } from '#src/intake/service-directory.ts'
import { crashOf } from '#test/helpers/admit-incident.ts'
import { checkout } from '#test/helpers/intake-context.ts'

describe('src/intake/service-directory/live-directory', () => {
  it('goes by what it was told last, for those who hold it already', () => {
    const { directory, replace } = createLiveDirectory({ clusters: [], services: [] })
    expect(directory.find('checkout')).toBeUndefined()
    expect(directory.serviceOf(crashOf('checkout')).name).toBe('checkout/checkout')
    replace({ clusters: ['prod'], services: [checkout] })
    expect(directory.find('checkout')).toBe(checkout)
    expect(directory.ofRepository('Example/Checkout')).toBe(checkout)
    expect(directory.serviceOf(crashOf('checkout')).name).toBe('checkout')
    expect(directory.foreignCluster('prod')).toBeUndefined()
    expect(directory.isElsewhere('other')).toBe(true)
  })
})
