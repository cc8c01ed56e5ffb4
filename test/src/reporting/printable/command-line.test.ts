import { execFileSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { commandLine } from '#src/reporting/printable.ts'

describe('src/reporting/printable/command-line', () => {
  it('leaves plain words as they are', () => {
    expect(commandLine(['approvals', 'show', 'apr_1', '--to', 'http://127.0.0.1:8000'])).toBe(
      'approvals show apr_1 --to http://127.0.0.1:8000',
    )
  })

  it.each([[['$(reboot)', ';', '`id`']], [["it's", '"so"', '']], [['a b', '*', '~', '!!', '\\', '#']]])(
    'quotes %j so that a shell takes each for one word',
    (words) => {
      const shell = execFileSync('sh', ['-c', String.raw`printf '%s\n' ${commandLine(words)}`], { encoding: 'utf8' })
      expect(shell).toBe(`${words.join('\n')}\n`)
    },
  )

  it('stays on one line', () => {
    expect(commandLine(['a\nreboot', '\u001b[2J'])).toBe("'a reboot' ' [2J'")
  })
})
