import { describe, expect, it } from 'vitest'
import { commands } from '#src/rules/containers/commands.ts'
import type { Container, KubernetesObject } from '#src/domain/kubernetes/objects.ts'
import {
  clusterView,
  container,
  crashLoop,
  deployment,
  event,
  replicaSet,
  status,
  waiting,
} from '#test/helpers/build-cluster.ts'
import { missingFacts } from '#test/helpers/missing-facts.ts'

const oci =
  'failed to create containerd task: OCI runtime create failed: runc create failed: unable to start container process: '
const spec = (more: Partial<Container> = {}): Container =>
  container('job', { image: 'registry.test/team/importer:1', command: ['importr'], args: ['run'], ...more })
const judge = (message: string, more: Partial<Container> = {}, reason = 'RunContainerError') =>
  commands.find(clusterView(deployment('load', [spec(more)], { statuses: [waiting('job', reason, message)] })))

describe('src/rules/containers/commands', () => {
  it.each([
    ['runc', `${oci}exec: "importr": executable file not found in $PATH`, 'importr', 'not found'],
    ['docker', `${oci}exec: "importr": executable file not found in $PATH: unknown`, 'importr', 'not found'],
    ['crun', 'crun: executable file `importr` not found in $PATH: No such file or directory', 'importr', 'not found'],
    ['a path', `${oci}exec: "/app/importr": stat /app/importr: no such file or directory`, '/app/importr', 'not found'],
    ['no execute bit', `${oci}exec: "/app/run.sh": permission denied`, '/app/run.sh', 'permission denied'],
    [
      'a working directory',
      `${oci}chdir to cwd ("/srv/app") set in config.json failed: no such file or directory`,
      '/srv/app',
      'not found',
    ],
  ])('names the command in the words of %s', (_who, message, command, words) => {
    const [finding] = judge(message)
    expect(finding?.mechanism).toBe('bad_command')
    expect(missingFacts(finding?.statement, `"${command}"`, words)).toEqual([])
  })

  it('reads a failed start that shows as a terminated StartError', () => {
    const end = {
      terminated: {
        exitCode: 128,
        reason: 'StartError',
        message: `${oci}exec: "importr": executable file not found in $PATH`,
      },
    }
    const found = status('job', { ready: false, restartCount: 2, state: end, lastState: end })
    expect(commands.find(clusterView(deployment('load', [spec()], { statuses: [found] })))[0]?.mechanism).toBe(
      'bad_command',
    )
  })

  it('proposes the name that the image goes by, keeping the rest of the command', () => {
    expect(
      judge(`${oci}exec: "importr": executable file not found in $PATH`, { command: ['importr', '--fast'] })[0]
        ?.remedies[0],
    ).toMatchObject({
      kind: 'set_command',
      params: { container: 'job', command: ['importer', '--fast'] },
    })
    const inArgs = judge(`${oci}exec: "importr": executable file not found in $PATH`, {
      command: undefined,
      args: ['importr', 'run'],
    })
    expect(inArgs[0]?.remedies[0]?.params).toEqual({ container: 'job', args: ['importer', 'run'] })
  })

  it('asks for the command where nothing tells it, and goes back where an earlier revision had another', () => {
    const [remedy] =
      judge(`${oci}exec: "zzz": executable file not found in $PATH`, { command: ['zzz'] })[0]?.remedies ?? []
    expect(remedy?.needs?.[0]?.param).toBe('command')
    const objects = deployment('load', [spec()], {
      statuses: [waiting('job', 'RunContainerError', `${oci}exec: "importr": executable file not found in $PATH`)],
      revision: 5,
    })
    const before = replicaSet(objects.at(-1) as KubernetesObject, 4, [spec({ command: ['importer'] })])
    expect(commands.find(clusterView([...objects, before]))[0]?.remedies[0]).toMatchObject({
      kind: 'rollback',
      params: { to_revision: 4 },
    })
  })

  it('tells a binary for another platform', () => {
    const [finding] = judge(`${oci}exec /usr/bin/importer: exec format error`)
    expect(finding?.mechanism).toBe('image_platform_mismatch')
    expect(finding?.statement).toContain('exec format error')
  })

  it.each([
    [127, 'not found'],
    [126, 'permission denied'],
  ])('reads exit code %i of a shell, with less confidence', (code, words) => {
    const objects = deployment('load', [spec({ command: ['sh', '-c', 'importr'] })], {
      statuses: [crashLoop('job', code)],
    })
    const [finding] = commands.find(clusterView(objects))
    expect(finding?.mechanism).toBe('bad_command')
    expect(finding?.statement).toContain(words)
    expect(finding?.confidence).toBeLessThan(0.7)
  })

  it('forgets a failed start once the container runs', () => {
    const objects = deployment('load', [spec()])
    const events = [
      event(objects[0] as KubernetesObject, 'Failed', `${oci}exec: "importr": executable file not found in $PATH`, {
        on: 'job',
      }),
    ]
    expect(commands.find(clusterView(objects, { events }))).toEqual([])
  })
})
