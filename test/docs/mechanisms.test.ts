import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { vocabulary } from '#agents/vocabulary.ts'
import { kubernetesRules } from '#src/rules/index.ts'
import { layers } from '#src/rules/kit/mechanisms.ts'
import type { Rule } from '#src/rules/rule.ts'
import { actionKinds } from '#src/domain/action.ts'
import { Mechanism } from '#src/domain/mechanism.ts'
import { renderMechanisms } from '#src/reporting/render-mechanisms.ts'
import { recordedView, scenarioNames } from '#test/helpers/recorded-snapshot.ts'
import { sourceFiles } from '#test/helpers/source-tree.ts'

const page = 'docs/mechanisms.md'
const names = Mechanism.options

/** Where findings are made; signature tables name families of wording, some of them like mechanisms. */
const rules = sourceFiles(['src/rules', 'src/logs'])
  .filter(({ path }) => !path.startsWith('src/logs/signatures/'))
  .map(({ text }) => text)

describe('docs/mechanisms.md', () => {
  it('is what the code renders (npm run docs:mechanisms writes it)', () => {
    expect(existsSync(page)).toBe(true)
    expect(readFileSync(page, 'utf8')).toBe(renderMechanisms(vocabulary, layers))
  })

  it('has a section for every mechanism', () => {
    const sections = new Set([...readFileSync(page, 'utf8').matchAll(/^### `(\w+)`$/gm)].map(([, name]) => name))
    expect(sections).toEqual(new Set(names))
  })

  it('declares exactly what some rule finds', () => {
    const found = names.filter((name) => rules.some((text) => text.includes(`'${name}'`)))
    expect(names).toEqual(found)
  })

  it('has an index with every mechanism', () => {
    const index = readFileSync(page, 'utf8').split('\n## Index\n')[1]?.split('\n## ')[0] ?? ''
    expect(names.filter((name) => !index.includes(`(#${name})`))).toEqual([])
  })

  it('suggests only kinds of action that there are, each once', () => {
    const wrong = names.filter((name) => {
      const { suggests } = vocabulary.entries[name]
      return new Set(suggests).size !== suggests.length || suggests.some((kind) => !actionKinds.includes(kind))
    })
    expect(wrong).toEqual([])
  })

  it('tells of every mechanism what it is read from', () => {
    expect(names.filter((name) => vocabulary.entries[name].from.length === 0)).toEqual([])
  })

  it.each(scenarioNames())('names every kind of action that the rules propose for %s', (scenario) => {
    const view = recordedView(scenario)
    const unnamed = kubernetesRules
      .flatMap((rule: Rule) => rule.find(view))
      .flatMap(({ mechanism, remedies }) =>
        remedies
          .filter(({ kind }) => !vocabulary.entries[mechanism].suggests.includes(kind))
          .map(({ kind }) => `${mechanism}: ${kind}`),
      )
    expect(unnamed).toEqual([])
  })
})
