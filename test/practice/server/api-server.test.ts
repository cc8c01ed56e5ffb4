import { describe, expect, it } from 'vitest'
import { decodeReview } from '#practice/server/api-server.ts'

function field(number: number, content: string | Buffer): Buffer {
  const bytes = Buffer.from(content)
  const length = bytes.length < 128 ? [bytes.length] : [(bytes.length % 128) + 128, Math.floor(bytes.length / 128)]
  return Buffer.concat([Buffer.from([number * 8 + 2, ...length]), bytes])
}

/** A review as kubectl posts it: magic, the envelope with type and object, the object with metadata and spec. */
function envelope(kind: string, spec: Buffer): Buffer {
  const type = Buffer.concat([field(1, 'authorization.k8s.io/v1'), field(2, kind)])
  const object = Buffer.concat([field(1, ''), field(2, spec)])
  return Buffer.concat([Buffer.from('k8s\0'), field(1, type), field(2, object), field(3, ''), field(4, '')])
}

describe('practice/server/api-server', () => {
  it('reads an access review', () => {
    const namespace = 'n'.repeat(200)
    const attributes = [field(1, namespace), field(2, 'list'), field(3, 'apps'), field(5, 'deployments')]
    const body = envelope('SelfSubjectAccessReview', field(1, Buffer.concat(attributes)))
    expect(decodeReview(body, 'SelfSubjectAccessReview')).toEqual({
      spec: { resourceAttributes: { namespace, verb: 'list', group: 'apps', resource: 'deployments' } },
    })
  })

  it('reads a question about a path', () => {
    const attributes = Buffer.concat([field(1, '/healthz'), field(2, 'get')])
    expect(decodeReview(envelope('SelfSubjectAccessReview', field(2, attributes)), 'SelfSubjectAccessReview')).toEqual({
      spec: { nonResourceAttributes: { path: '/healthz', verb: 'get' } },
    })
  })

  it('reads a rules review', () => {
    const body = envelope('SelfSubjectRulesReview', field(1, 'payments'))
    expect(decodeReview(body, 'SelfSubjectRulesReview')).toEqual({ spec: { namespace: 'payments' } })
  })

  it.each([Buffer.from('{}'), Buffer.from('k8s\0\xff\xff', 'latin1')])('refuses what is none', (body) => {
    expect(() => decodeReview(body, 'SelfSubjectAccessReview')).toThrow(/protobuf/)
  })
})
