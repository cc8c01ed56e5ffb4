import { functionSizes, sourceFiles } from '#test/helpers/source-tree.ts'

/*
 * The shape of the code in figures: files, their lines, the lines of functions, and how many exported values have one importing file.
 * Prints one JSON line. Tests do not count, neither as files nor as users.
 *   npm run bench:house
 */

const files = sourceFiles(['agents', 'teams', 'tools', 'src', 'practice'])
const exportPattern = /^export (?:async )?(?:function\*?|const|class) (\w+)/gm

/** Importing files by exported value: `src/domain/gap.ts#Gap`. */
function usersByExport(): Map<string, Set<string>> {
  const users = new Map<string, Set<string>>()
  for (const file of files)
    for (const [, name] of file.text.matchAll(exportPattern)) users.set(`${file.path}#${name}`, new Set())
  for (const file of files)
    for (const { path, names } of file.imports) for (const name of names) users.get(`${path}#${name}`)?.add(file.path)
  return users
}

function quantile(values: readonly number[], part: number): number {
  return values.toSorted((left, right) => left - right)[Math.floor(values.length * part)] ?? 0
}

const lines = files.map(({ text }) => text.split('\n').length - 1)
const functions = files.flatMap(({ text }) => functionSizes(text).map((size) => size.lines))
const users = [...usersByExport().values()]
const single = users.filter(({ size }) => size === 1).length
console.log(
  JSON.stringify({
    files: files.length,
    lines: lines.reduce((sum, count) => sum + count, 0),
    file_lines: { p50: quantile(lines, 0.5), p95: quantile(lines, 0.95), most: Math.max(...lines) },
    function_lines: { p50: quantile(functions, 0.5), p95: quantile(functions, 0.95), most: Math.max(...functions) },
    exported_values: users.length,
    with_one_user: single,
    with_one_user_percent: Math.round((1000 * single) / users.length) / 10,
  }),
)
