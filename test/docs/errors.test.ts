import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { sourceFiles } from '#test/helpers/source-tree.ts'

const codePattern = /\bSRE_(?!AGENT_)[A-Z]+_[A-Z_]*[A-Z]\b/g
const codesIn = (text: string) => [...text.matchAll(codePattern)].map(([code]) => code)
const sorted = (codes: string[]) => [...new Set(codes)].toSorted()

describe('docs/errors.md', () => {
  it('lists exactly the codes that the service uses', () => {
    const used = sourceFiles(['src', 'agents', 'teams', 'tools']).flatMap((file) => codesIn(file.text))
    const documented = codesIn(readFileSync('docs/errors.md', 'utf8'))
    expect(sorted(documented)).toEqual(sorted(used))
  })
})
