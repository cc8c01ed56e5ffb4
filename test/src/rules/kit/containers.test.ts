import { describe, expect, it } from 'vitest'
import { containerNamed, describeProbe, parseImage, probePort } from '#src/rules/kit/containers.ts'
import { container } from '#test/helpers/build-cluster.ts'

describe('src/rules/kit/containers', () => {
  it.each([
    ['nginx', { registry: 'docker.io', repository: 'library/nginx' }],
    ['nginx:1.27', { registry: 'docker.io', repository: 'library/nginx', tag: '1.27' }],
    ['team/api:2', { registry: 'docker.io', repository: 'team/api', tag: '2' }],
    ['registry.test:5000/team/api', { registry: 'registry.test:5000', repository: 'team/api' }],
    ['localhost/api:dev', { registry: 'localhost', repository: 'api', tag: 'dev' }],
    ['registry.test/api:1@sha256:ab', { registry: 'registry.test', repository: 'api', tag: '1', digest: 'sha256:ab' }],
  ])('splits %s', (image, parts) => {
    expect(parseImage(image)).toEqual(parts)
  })

  it.each([
    [{ httpGet: { port: 8080, path: '/ready' } }, 'GET /ready on port 8080', 8080],
    [{ httpGet: { port: 'web' } }, 'GET / on port 8080 (web)', 'web'],
    [{ tcpSocket: { port: 5432 } }, 'TCP on port 5432', 5432],
    [{ grpc: { port: 9000 } }, 'gRPC on port 9000', 9000],
    [{ exec: { command: ['cat', '/tmp/ok'] } }, 'exec cat /tmp/ok', undefined],
  ])('says what the probe %j does, and which port it asks', (probe, text, port) => {
    const spec = container('api', { ports: [{ name: 'web', containerPort: 8080 }] })
    expect(describeProbe(probe, spec)).toBe(text)
    expect(probePort(probe)).toBe(port)
  })

  it('finds a container of a template by its name, init containers included', () => {
    const template = { spec: { containers: [container('api')], initContainers: [container('migrate')] } }
    expect(containerNamed(template, 'api')).toBe(template.spec.containers[0])
    expect(containerNamed(template, 'migrate')).toBe(template.spec.initContainers[0])
    expect(containerNamed(template, 'other')).toBeUndefined()
  })
})
