import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { kubernetesAnalyzers } from '#src/rules/index.ts'
import { actionKinds } from '#src/domain/action.ts'
import { mechanismNotes } from '#src/domain/mechanism-notes.ts'
import { type MechanismName, mechanisms } from '#src/domain/mechanism.ts'
import { renderMechanisms } from '#src/reporting/render-mechanisms.ts'
import { recordedView, scenarioNames } from '#test/helpers/recorded-snapshot.ts'
import { sourceFiles } from '#test/helpers/source-tree.ts'

const page = 'docs/mechanisms.md'
const names = Object.keys(mechanisms) as MechanismName[]
const noted = names.filter((name) => !mechanismNotes[name].detected.startsWith('Not detected yet'))

/** Where findings are made; signature tables name families of wording, some of them like mechanisms. */
const rules = sourceFiles(['src/rules', 'src/logs'])
  .filter(({ path }) => !path.startsWith('src/logs/signatures/'))
  .map(({ text }) => text)

describe('docs/mechanisms.md', () => {
  it('is what the code renders (npm run docs:mechanisms writes it)', () => {
    expect(existsSync(page)).toBe(true)
    expect(readFileSync(page, 'utf8')).toBe(renderMechanisms(mechanisms, mechanismNotes))
  })

  it('has a section for every mechanism', () => {
    const sections = new Set([...readFileSync(page, 'utf8').matchAll(/^### `(\w+)`$/gm)].map(([, name]) => name))
    expect(sections).toEqual(new Set(names))
  })

  it('calls detected exactly what some rule says', () => {
    const emitted = names.filter((name) => rules.some((text) => text.includes(`'${name}'`)))
    expect({ 'noted as detected': noted }).toEqual({ 'noted as detected': emitted })
  })

  it('suggests only kinds of action that there are, each once', () => {
    const wrong = names.filter((name) => {
      const { suggests } = mechanismNotes[name]
      return new Set(suggests).size !== suggests.length || suggests.some((kind) => !actionKinds.includes(kind))
    })
    expect(wrong).toEqual([])
  })

  it('tells of every detected mechanism what it is read from', () => {
    expect(noted.filter((name) => mechanismNotes[name].from.length === 0)).toEqual([])
  })

  it.each(scenarioNames())('names every kind of action that the rules propose for %s', (scenario) => {
    const view = recordedView(scenario)
    const unnamed = kubernetesAnalyzers
      .flatMap((analyzer) => analyzer(view))
      .flatMap(({ mechanism, remedies }) =>
        remedies
          .filter(({ kind }) => !mechanismNotes[mechanism].suggests.includes(kind))
          .map(({ kind }) => `${mechanism}: ${kind}`),
      )
    expect(unnamed).toEqual([])
  })
})
