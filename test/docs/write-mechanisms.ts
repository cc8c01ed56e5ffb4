import { writeFileSync } from 'node:fs'
import { vocabulary } from '#agents/vocabulary.ts'
import { renderMechanisms } from '#src/reporting/render-mechanisms.ts'
import { layers } from '#src/rules/kit/mechanisms.ts'

/* Writes docs/mechanisms.md from the declarations of the rules. */

writeFileSync('docs/mechanisms.md', renderMechanisms(vocabulary, layers))
