import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize, relative } from 'node:path'

/** A source file with the files of the project that it imports. `typeOnly`: by `import type`; `dynamic`: by `import()`; `names`: what it takes. */
export interface SourceFile {
  path: string
  text: string
  imports: { path: string; typeOnly: boolean; dynamic: boolean; names: string[] }[]
}

const importPattern =
  /^\s*(?:import|export)\s+(type\s+)?(?:[^'"]*?\sfrom\s+)?['"]([.#][^'"]+)['"]|import\(\s*['"]([.#][^'"]+)['"]\s*\)/gm

/** All .ts files below the folders, as paths from the project's root. */
export function sourceFiles(folders: readonly string[]): SourceFile[] {
  return folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => readSource(join(folder, name))),
  )
}

function readSource(path: string): SourceFile {
  const text = readFileSync(path, 'utf8')
  const imports = [...text.matchAll(importPattern)].map((match) => ({
    path: targetOf(path, match[2] ?? match[3] ?? ''),
    typeOnly: match[1] !== undefined,
    names: namesIn(match[0]),
    dynamic: match[3] !== undefined,
  }))
  return { path: relative('.', path), text, imports }
}

/** What stands between the braces of an import, by the name that it is exported under. */
function namesIn(statement: string): string[] {
  const list = /\{([^}]*)\}/.exec(statement)?.[1] ?? ''
  return list.split(',').flatMap((part) => /^(?:type )?(\w+)/.exec(part.trim())?.[1] ?? [])
}

/** Every file that is loaded with these: what they import statically, and what that imports. */
export function staticImports(...entries: string[]): Set<string> {
  const reached = new Set<string>()
  const visit = (path: string): void => {
    if (reached.has(path)) return
    reached.add(path)
    for (const imported of readSource(path).imports) if (!imported.typeOnly && !imported.dynamic) visit(imported.path)
  }
  entries.forEach(visit)
  return reached
}

/** `#src/domain/gap.ts` counts from the project's root, `./gap.ts` from the importing file. */
function targetOf(path: string, specifier: string): string {
  return specifier.startsWith('#') ? specifier.slice(1) : normalize(join(dirname(path), specifier))
}

/** A named function with its length in lines. */
export interface FunctionSize {
  name: string
  lines: number
}

const functionStart =
  /^(\s*)(?:export )?(?:async )?(?:function\*? (\w+)|(?:static |override |async |\*|get |set )*(#?\w+)(?:<[^>]*>)?\(.*\{$|const (\w+) = (?:async )?\(.*=> \{$)/

/**
 * Functions of a formatted file. The formatter puts a function's closing brace at the indentation of its first line, which tells
 * its length without a parser.
 */
export function functionSizes(text: string): FunctionSize[] {
  const lines = text.split('\n')
  return lines.flatMap((line, start) => {
    const match = functionStart.exec(line)
    const name = match?.[2] ?? match?.[3] ?? match?.[4]
    if (!match || !name || ['if', 'for', 'while', 'switch', 'return', 'catch', 'constructor'].includes(name)) return []
    const indent = match[1] ?? ''
    const end = lines.findIndex(
      (candidate, index) => index > start && candidate.startsWith(`${indent}}`) && !/^\s*\}\)?:/.test(candidate),
    )
    return end > start ? [{ name, lines: end - start + 1 }] : []
  })
}
