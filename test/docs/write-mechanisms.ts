import { writeFileSync } from 'node:fs'
import { mechanismNotes } from '#src/domain/mechanism-notes.ts'
import { mechanisms } from '#src/domain/mechanism.ts'
import { renderMechanisms } from '#src/reporting/render-mechanisms.ts'

/* Writes docs/mechanisms.md from the vocabulary and its notes. */

writeFileSync('docs/mechanisms.md', renderMechanisms(mechanisms, mechanismNotes))
