import { describe, expect, it } from 'vitest'
import { Action, actionDefinitions, actionKinds, humanKinds } from '#src/domain/action.ts'

const deployment = { kind: 'Deployment', namespace: 'shop', name: 'cart' }
const setEnv = { kind: 'set_env', target: deployment, params: { container: 'app', name: 'CART_URL', value: 'x' } }

function problemAt(action: unknown): string[] {
  const parsed = Action.safeParse(action)
  return parsed.success ? [] : parsed.error.issues.map(({ path }) => path.join('.'))
}

describe('src/domain/action', () => {
  it('has a member of the union for every kind', () => {
    const members = Action.options.map((option) => option.shape.kind.value)
    expect(members.toSorted()).toEqual(actionKinds.toSorted())
  })

  it('takes a change whose target and parameters fit its kind', () => {
    expect(Action.parse(setEnv)).toEqual(setEnv)
  })

  it.each([
    ['a kind that does not exist', { ...setEnv, kind: 'exec' }, 'kind'],
    [
      'a kind of object that the change cannot be made to',
      { ...setEnv, target: { ...deployment, kind: 'Pod' } },
      'target.kind',
    ],
    ['a parameter of another kind', { ...setEnv, params: { ...setEnv.params, replicas: 3 } }, 'params'],
    ['a parameter of another type', { ...setEnv, params: { container: 'app', name: 1 } }, 'params.name'],
    ['a missing parameter', { ...setEnv, params: { name: 'CART_URL' } }, 'params.container'],
    ['fewer than no replicas', { kind: 'scale', target: deployment, params: { replicas: -1 } }, 'params.replicas'],
  ])('refuses %s and names the field', (_, action, field) => {
    expect(problemAt(action)).toEqual([field])
  })

  it('says for every kind that code carries out what it may change, or that nothing is registered yet', () => {
    const unbound = actionKinds.filter((kind) => actionDefinitions[kind].targets === undefined && !humanKinds.has(kind))
    expect(unbound).toEqual(['scale_service', 'ops_call'])
  })
})
