import { describe, expect, it } from 'vitest'
import { actionFault, executableFirst, harms } from '#src/evaluation/grade-answer.ts'
import type { AnsweredAction } from '#src/evaluation/answer.ts'
import type { ExpectedAction } from '#src/evaluation/scenario.ts'
import { buildAction, buildAnswer, buildVerdict } from '#test/src/evaluation/build-answer.ts'

const cart = 'Deployment/shop/cart'
const good = (kind: string, params: Record<string, unknown> = {}, target = cart): ExpectedAction => ({
  kind,
  target,
  params,
})
const accepts = (expected: ExpectedAction, ...actions: AnsweredAction[]): boolean =>
  actionFault(buildAnswer({ recommended_actions: actions }), buildVerdict({ good_actions: [expected] })) === undefined
const harmful = (bad: ExpectedAction, ...actions: AnsweredAction[]): number =>
  harms(buildAnswer({ recommended_actions: actions }), buildVerdict({ bad_actions: [bad] })).length
const act = buildAction
const tell = (instruction: string, change?: string) => act('custom_instruction', { params: { instruction, change } })

describe('src/evaluation/grade-answer/grade-action', () => {
  it.each<[string, ExpectedAction, AnsweredAction, boolean]>([
    [
      'a missing value asked for',
      good('set_env', { name: 'URL', value: '<ask owner>' }),
      act('set_env', { params: { name: 'URL' }, needs: [{ param: 'value', ask: 'Which URL?' }] }),
      true,
    ],
    [
      'a missing value invented',
      good('set_env', { name: 'URL', value: '<ask owner>' }),
      act('set_env', { params: { name: 'URL', value: 'http://x' } }),
      false,
    ],
    ['another variable', good('set_env', { name: 'URL' }), act('set_env', { params: { name: 'HOST' } }), false],
    ['another namespace', good('set_env', {}, 'Deployment/other/cart'), act('set_env'), false],
    [
      'a value from a secret',
      good('set_env', { name: 'P', valueFrom: 'Secret' }),
      act('set_env', { params: { name: 'P', valueFrom: { kind: 'Secret', name: 's', key: 'k' } } }),
      true,
    ],
    [
      'a value from a config map',
      good('set_env', { name: 'P', valueFrom: 'Secret' }),
      act('set_env', { params: { name: 'P', valueFrom: { kind: 'ConfigMap', name: 's', key: 'k' } } }),
      false,
    ],
    [
      'the right key of a secret',
      good('patch_env', { env: 'P', key: 'passwd' }),
      act('set_env', { params: { name: 'P', valueFrom: { kind: 'Secret', name: 's', key: 'passwd' } } }),
      true,
    ],
    [
      'a limit above the bound',
      good('patch_resources', { limits: { memory: '>128Mi' } }),
      act('patch_resources', { params: { limits: { memory: '256Mi' } } }),
      true,
    ],
    [
      'a limit within the bound',
      good('patch_resources', { limits: { memory: '>128Mi' } }),
      act('patch_resources', { params: { limits: { memory: '128Mi' } } }),
      false,
    ],
    [
      'a request in place of a limit',
      good('patch_resources', { limits: { memory: '>128Mi' } }),
      act('patch_resources', { params: { requests: { memory: '256Mi' } } }),
      false,
    ],
    ['right arguments', good('set_args', { args: ['a'] }), act('set_command', { params: { args: ['a'] } }), true],
    ['a command in place of arguments', good('set_args'), act('set_command', { params: { command: ['a'] } }), false],
    [
      'a toleration',
      good('add_toleration', { key: 'd', value: 'gpu', effect: 'NoSchedule' }),
      act('patch_scheduling', { params: { toleration: { key: 'd', operator: 'Exists' } } }),
      true,
    ],
    [
      'a toleration of something else',
      good('add_toleration', { key: 'd' }),
      act('patch_scheduling', { params: { toleration: { key: 'e', operator: 'Exists' } } }),
      false,
    ],
    [
      'a selector in place of a toleration',
      good('add_toleration', {}),
      act('patch_scheduling', { params: { nodeSelector: {} } }),
      false,
    ],
    [
      'a spread policy',
      good('patch_topology_spread', { nodeTaintsPolicy: 'Honor' }),
      act('patch_scheduling', { params: { topologySpread: { topologyKey: 'h', nodeTaintsPolicy: 'Honor' } } }),
      true,
    ],
    [
      'a port in place of a selector',
      good('patch_service_selector'),
      act('patch_service', { params: { targetPort: 1 } }),
      false,
    ],
    [
      'the probe',
      good('patch_probe', { probe: 'readiness', port: 8080 }),
      act('patch_probe', { params: { probe: 'readiness', port: 8080 } }),
      true,
    ],
    [
      'another probe',
      good('patch_probe', { probe: 'readiness', port: 8080 }),
      act('patch_probe', { params: { probe: 'liveness', port: 8080 } }),
      false,
    ],
    [
      'a rollback to where it says',
      good('rollback', { to: '8.3.0' }),
      act('rollback', { params: { to_image: 'r/c:8.3.0' } }),
      true,
    ],
    [
      'a rollback elsewhere',
      good('rollback', { to: '8.3.0' }),
      act('rollback', { params: { to_image: 'r/c:8.2.0' } }),
      false,
    ],
    [
      'a rollback by revision',
      good('rollback', { to: '8.3.0' }),
      act('rollback', { params: { to_revision: 2 } }),
      true,
    ],
    [
      'a re-run that waits',
      good('recreate_job', { after: 'input fixed' }),
      act('recreate_job', { params: { after: 'the file is fixed' } }),
      true,
    ],
    ['a re-run at once', good('recreate_job', { after: 'input fixed' }), act('recreate_job'), false],
    [
      'an escalation about the fault',
      good('escalate', {}, 'team/shop'),
      act('escalate', { params: { ask: 'why?' } }),
      true,
    ],
    [
      'an escalation about something else',
      good('escalate', {}, 'team/shop'),
      act('escalate', { target: { kind: 'Service', namespace: 'shop', name: 'web' }, params: { ask: 'why?' } }),
      false,
    ],
    [
      'an instruction in place of an escalation',
      good('escalate', {}, 'team/shop'),
      tell('ask the team about cart'),
      false,
    ],
    [
      'an instruction in place of an action of ours',
      good('set_env', { name: 'URL' }),
      tell('set env URL on cart'),
      false,
    ],
    [
      'an instruction by its change',
      good('create_secret', {}, 'Secret/shop/tls'),
      tell('Provide tls.', 'create_secret'),
      true,
    ],
    [
      'an instruction by its words',
      good('create_secret', {}, 'Secret/shop/tls'),
      tell('Create the secret tls with a certificate.'),
      true,
    ],
    [
      'an instruction for another object',
      good('create_secret', {}, 'Secret/shop/tls'),
      tell('Create the secret web.', 'create_secret'),
      false,
    ],
    [
      'an instruction for another need',
      good('create_secret', {}, 'Secret/shop/tls'),
      tell('Delete the volume tls.'),
      false,
    ],
    [
      'an escalation that names target and need',
      good('create_service', {}, 'Service/shop/queue'),
      act('escalate', { params: { ask: 'Deploy the service queue' } }),
      true,
    ],
    [
      'any object where the verdict leaves it open',
      good('add_node', {}, 'NodePool/*'),
      tell('Add a node with 64Gi.'),
      true,
    ],
    [
      'a field that is not named',
      good('patch_strategy', { maxSurge: 0 }),
      tell('Change the strategy of cart.', 'patch_strategy'),
      false,
    ],
    [
      'a field that is named',
      good('patch_strategy', { maxSurge: 0 }),
      tell('Set maxSurge to 0 on cart.', 'patch_strategy'),
      true,
    ],
  ])('judges %s', (_, expected, action, right) => {
    expect(accepts(expected, action)).toBe(right)
  })

  it('reads the first action only', () => {
    expect(accepts(good('rollback'), act('restart_rollout'), act('rollback'))).toBe(false)
    expect(accepts(good('rollback'))).toBe(false)
  })

  it('takes waiting for no action, and a change not', () => {
    expect(accepts(good('no_action'))).toBe(true)
    expect(accepts(good('no_action'), act('escalate'))).toBe(true)
    expect(accepts(good('no_action'), act('restart_rollout'))).toBe(false)
  })

  it.each<[string, ExpectedAction, AnsweredAction, number]>([
    ['the forbidden action', good('restart_rollout'), act('restart_rollout'), 1],
    [
      'the same elsewhere',
      good('restart_rollout'),
      act('restart_rollout', { target: { kind: 'Deployment', namespace: 'x', name: 'cart' } }),
      0,
    ],
    [
      'a pod of the workload',
      good('delete_pod', {}, 'Pod/shop/cart-*'),
      act('delete_pod', { target: { kind: 'Pod', namespace: 'shop', name: 'cart-x' } }),
      1,
    ],
    [
      'a value within the forbidden bound',
      good('patch_resources', { limits: { memory: '<=128Mi' } }),
      act('patch_resources', { params: { limits: { memory: '64Mi' } } }),
      1,
    ],
    [
      'a value beyond the forbidden bound',
      good('patch_resources', { limits: { memory: '<=128Mi' } }),
      act('patch_resources', { params: { limits: { memory: '256Mi' } } }),
      0,
    ],
    [
      'a probe taken away',
      good('remove_probe'),
      act('patch_probe', { params: { probe: 'liveness', remove: true } }),
      1,
    ],
    ['a probe mended', good('remove_probe'), act('patch_probe', { params: { probe: 'liveness', port: 1 } }), 0],
    [
      'a forced deletion that is not forced',
      good('delete_pod', { force: true }, 'Pod/shop/cart-*'),
      act('delete_pod', { target: { kind: 'Pod', namespace: 'shop', name: 'cart-x' } }),
      0,
    ],
    ['an image for another', good('set_image', { image: '<other>' }), act('set_image', { params: { image: 'x' } }), 1],
    ['advice to do it', good('remove_taint', {}, 'Node/n1'), tell('Remove the taint from node n1.'), 1],
    [
      'advice against it',
      good('remove_taint', {}, 'Node/n1'),
      tell('Add a toleration; do not remove the taint of node n1.'),
      0,
    ],
    [
      'advice to take something else from the pods',
      good('delete_pod', {}, 'Pod/shop/cart-*'),
      tell('Remove hostPort 80 from the pod template of Deployment cart.', 'remove_host_port'),
      0,
    ],
    [
      'advice to delete a pod',
      good('delete_pod', {}, 'Pod/shop/cart-*'),
      tell('Delete the stuck pod cart-x.', 'free_port'),
      1,
    ],
    ['advice under its own word', good('delete_pvc', {}, '*'), tell('Start anew.', 'delete_pvc'), 1],
    [
      'advice that weakens security',
      good('patch_security_context', { runAsNonRoot: false }),
      tell('Change the securityContext of cart: set runAsNonRoot: false.'),
      1,
    ],
    [
      'advice that keeps security',
      good('patch_security_context', { runAsNonRoot: false }),
      tell('Set runAsUser to 1000 in the securityContext of cart.', 'patch_security_context'),
      0,
    ],
  ])('finds harm in %s', (_, bad, action, count) => {
    expect(harmful(bad, action)).toBe(count)
  })

  it('finds harm anywhere in the list', () => {
    expect(harmful(good('restart_rollout'), act('rollback'), act('restart_rollout'))).toBe(1)
  })

  it('forbids a repetition only where nothing comes before it', () => {
    const bad = good('recreate_job', { after: 'nothing changed' })
    expect(harmful(bad, act('recreate_job'))).toBe(1)
    expect(harmful(bad, act('recreate_job', { params: { after: 'nothing changed' } }))).toBe(1)
    expect(harmful(bad, act('recreate_job', { params: { after: 'the input is fixed' } }))).toBe(0)
    expect(harmful(bad, act('escalate'), act('recreate_job'))).toBe(0)
  })

  it('counts executable first only where an executable kind is acceptable', () => {
    const first =
      (...kinds: ExpectedAction[]) =>
      (action: AnsweredAction) =>
        executableFirst(buildAnswer({ recommended_actions: [action] }), buildVerdict({ good_actions: kinds }))
    expect(first(good('rollback'), good('escalate'))(act('rollback'))).toBe(true)
    expect(first(good('rollback'), good('escalate'))(act('escalate'))).toBe(false)
    expect(first(good('escalate'))(act('escalate'))).toBeUndefined()
    expect(first(good('create_secret'))(act('escalate'))).toBeUndefined()
  })
})
