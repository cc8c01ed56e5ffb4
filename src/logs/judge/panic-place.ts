import type { LogRecord } from '#src/logs/log-record.ts'

/** Frames of runtimes, frameworks and libraries: a person looks for the first one that is none of these. */
const foreign =
  /^(?:runtime|panic|main\.main|testing|net\/http|reflect|sync|java\.|javax\.|jdk\.|sun\.|jakarta\.|org\.(?:springframework|apache|hibernate|eclipse|jboss)\.|com\.(?:zaxxer|fasterxml|google\.common)\.|io\.netty|reactor\.|kotlin|scala\.|node:|internal\/|System\.|Microsoft\.|std::|core::|alloc::|rust_begin)/
const foreignPath =
  /node_modules|site-packages|dist-packages|\/usr\/(?:local\/)?lib|\/gems\/|\/vendor\/|\/rustc\/|node:internal/

/** The place in the program's own code at which it crashed: function, or file and line; undefined where no frame was printed. */
export function panicPlace(record: LogRecord): string | undefined {
  const { text } = record
  if (/goroutine \d+ \[/.test(text)) return goPlace(text)
  if (text.includes('Traceback (most recent call last)')) return pythonPlace(text)
  const rust = /panicked at (?:'[^']*', )?([\w./-]+\.rs:\d+)/.exec(text)
  if (rust) return rust[1]
  return framePlace(text)
}

function goPlace(text: string): string | undefined {
  const body = text.slice(text.search(/goroutine \d+ \[/))
  const frames = [...body.matchAll(/^([\w./*()[\]-]+)\(.*\)(?:\n\s+\S*?([\w.-]+\.\w+:\d+))?/gm)]
  const named = (pattern: RegExp) => frames.find((frame) => !pattern.test(frame[1] ?? ''))
  const own = named(foreign) ?? named(/^(?:runtime|panic)/)
  return own && `${own[1]?.split('/').at(-1)}${own[2] ? ` (${own[2]})` : ''}`
}

function pythonPlace(text: string): string | undefined {
  const frames = [...text.matchAll(/File "([^"]+)", line (\d+), in (\S+)/g)]
  const own = frames.findLast((match) => !foreignPath.test(match[1] ?? '')) ?? frames.at(-1)
  return own && `${own[3]} (${own[1]}:${own[2]})`
}

/** `at Frame.method (file:line)` of Java, Node and .NET, `from file:line:in 'method'` of Ruby; the deepest cause speaks first. */
function framePlace(text: string): string | undefined {
  const cause = text.lastIndexOf('\nCaused by: ')
  const body = cause >= 0 ? text.slice(cause) : text
  const frames = [...body.matchAll(/^\s+at (?:async )?(?:new )?(\S.{0,200})$/gm)].map((match) => match[1] ?? '')
  const own = frames.find((frame) => !foreign.test(frame) && !foreignPath.test(frame)) ?? frames[0]
  if (own) return own.replace(/\s+in (\/\S+):line (\d+)$/, ' ($1:$2)')
  return /^(\S+\.rb:\d+:in [`'][^'\n]+')/m.exec(text)?.[1]
}
