import { describe, expect, it } from 'vitest'
import { rootFault, namesResource } from '#src/evaluation/grade-answer.ts'
import { buildAnswer, buildVerdict } from '#test/src/evaluation/build-answer.ts'

const ref = (text: string) => {
  const [kind = '', namespace = '', name = ''] = text.split('/')
  return { kind, namespace: namespace || undefined, name }
}
const roots = (...texts: string[]) =>
  buildAnswer({ root_causes: texts.map((text) => ({ resource: ref(text), statement: '' })) })

describe('src/evaluation/grade-answer/grade-root', () => {
  it.each([
    ['Deployment/shop/cart', 'Deployment/shop/cart', true],
    ['Pod/shop/cart-5786466ccc-q9z7s', 'Deployment/shop/cart', true],
    ['ReplicaSet/shop/cart-5786466ccc', 'Deployment/shop/cart', true],
    ['Pod/shop/cart-cache-5786466ccc-q9z7s', 'Deployment/shop/cart', false],
    ['Pod/shop/cart', 'Deployment/shop/cart', false],
    ['Pod/shop/cart-0', 'Deployment/shop/cart', false],
    ['Deployment/other/cart', 'Deployment/shop/cart', false],
    ['Pod/other/cart-5786466ccc-q9z7s', 'Deployment/shop/cart', false],
    ['Service/shop/cart', 'Deployment/shop/cart', false],
    ['StatefulSet/shop/cart', 'Deployment/shop/cart', false],
    ['Pod/shop/db-0', 'StatefulSet/shop/db', true],
    ['Pod/shop/db-replica-0', 'StatefulSet/shop/db', false],
    ['Pod/shop/ship-x7k2m', 'DaemonSet/shop/ship', true],
    ['Pod/shop/run-0-x7k2m', 'Job/shop/run', true],
    ['Pod/shop/nightly-29000-x7k2m', 'CronJob/shop/nightly', true],
    ['Job/shop/nightly-29000', 'CronJob/shop/nightly', false],
    ['ValidatingWebhookConfiguration//guard', 'ValidatingWebhookConfiguration/shop/guard', true],
    ['Pod/shop/cart-5786466ccc-q9z7s', 'Service/shop/cart', false],
  ])('names %s for %s: %s', (named, expected, right) => {
    expect(namesResource(ref(named), ref(expected))).toBe(right)
  })

  it('wants each fault as a root of its own', () => {
    const verdict = buildVerdict({ additional_faults: [{ resource: ref('Deployment/shop/chat') }] })
    expect(rootFault(roots('Deployment/shop/cart', 'Deployment/shop/chat'), verdict)).toBeUndefined()
    expect(rootFault(roots('Deployment/shop/cart'), verdict)).toContain(
      'Deployment/shop/chat is not among the root causes',
    )
    const twice = buildVerdict({ additional_faults: [{ resource: ref('Deployment/shop/cart') }] })
    expect(rootFault(roots('Deployment/shop/cart'), twice)).toContain('is not among the root causes')
  })

  it('calls more than two roots beyond the faults a shotgun, even with the right one among them', () => {
    const others = ['Deployment/shop/a', 'Deployment/shop/b', 'Deployment/shop/c']
    expect(rootFault(roots('Deployment/shop/cart', ...others.slice(0, 2)), buildVerdict())).toBeUndefined()
    expect(rootFault(roots('Deployment/shop/cart', ...others), buildVerdict())).toBe(
      'there are 4 root causes for 1 fault',
    )
  })

  it('wants no blame where nothing is wrong', () => {
    const verdict = buildVerdict({ needs_action: false, category: 'healthy_recovered' })
    const calm = (answer: ReturnType<typeof roots>) => rootFault({ ...answer, outcome: 'recovered' }, verdict)
    expect(calm(roots())).toBeUndefined()
    expect(calm(roots('Deployment/shop/cart'))).toBeUndefined()
    expect(calm(roots('Deployment/shop/db'))).toContain('Deployment/shop/db is named as a root cause')
    expect(rootFault({ ...roots(), outcome: 'unknown' }, verdict)).toContain('the outcome is unknown')
  })
})
