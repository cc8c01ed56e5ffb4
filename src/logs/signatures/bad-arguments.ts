import type { Signature } from './signature.ts'

/** The program does not know an argument that it was given. `flag` is the argument as the program names it. */
export const badArguments: readonly Signature[] = [
  {
    name: 'unknown_flag',
    family: 'bad_arguments',
    patterns: [
      /\b(?:unknown|unrecogni[sz]ed|unexpected|invalid|illegal|undefined|unsupported|no such)[ -](?:long |short |shorthand )?(?:flag|option|argument|switch|parameter)s?(?: provided| or command| but not defined| found)?:?(?: --)?[ :]+["'`‘]?(?<flag>-{0,2}[\w][^\s"'`’,]*)/i,
      /flag provided but not defined: (?<flag>-\S+)/,
      /unknown shorthand flag: '\w+' in (?<flag>-\S+)/,
      /unrecognized arguments: (?<flag>-\S+|\S+)/,
      /(?:error: )?(?:no such option|Unknown option|unknown option):? ["'`‘]?(?<flag>-{1,2}[^\s"'`’]+)/i,
      /unknown flag or command: ["'`]?(?<flag>[^\s"'`]+)/i,
      /Unrecognized VM option ['"](?<flag>[^'"]+)['"]/,
      /Unrecognized option: (?<flag>-\S+)/,
      /unknown argument ['"]?(?<flag>-\S+?)['"]?(?: found)?(?:\s|$)/i,
      /(?:found|got) (?:an )?(?:unexpected|unknown) argument ['"‘](?<flag>[^'"’]+)['"’]/i,
      /Found argument ['‘](?<flag>[^'’]+)['’] which wasn't expected/,
      /bad option: (?<flag>-\S+)/,
      /invalid option -- ['"]?(?<flag>\w)/,
      /unknown option ['"](?<flag>--?[^'"]+)['"]/,
    ],
  },
  {
    name: 'unknown_command',
    family: 'bad_arguments',
    patterns: [
      /(?:unknown|unrecogni[sz]ed|invalid|no such) (?:sub)?command:? ["'`‘]?(?<flag>[\w:.-]+)/i,
      /invalid choice: ['"](?<flag>[^'"]+)['"]/,
      /Could not find command "?(?<flag>[\w:]+)/,
      /Command "(?<flag>[\w:]+)" is not defined/,
    ],
  },
  {
    name: 'missing_argument',
    family: 'bad_arguments',
    patterns: [
      /required flag\(s\) "(?<flag>[\w-]+)"/,
      /the following (?:required )?arguments (?:are required|were not provided):\s+(?<flag>\S+)/,
      /(?:flag|option|argument) (?:needs an argument|requires (?:an argument|a value)):?\s*["'`]?(?<flag>-{0,2}[\w-]+)/i,
      /Missing required (?:option|argument|parameter)s?:? ["'`]?(?<flag>-{0,2}[\w-]+)/i,
      /option ["'`]?(?<flag>--[\w-]+)["'`]? requires an argument/,
      /Missing (?:option|argument|parameter) ['"](?<flag>[^'"]+)['"]/,
    ],
  },
  {
    name: 'bad_flag_value',
    family: 'bad_arguments',
    patterns: [
      /(?:flag|option|argument) ["'`]?(?<flag>-{1,2}[\w-]+)["'`]?:? (?:has )?(?:an )?invalid (?:value|argument)/i,
      /invalid (?:value|argument) ["'`](?<value>[^"'`]*)["'`] for (?:flag |option |")?["'`]?(?<flag>-{1,2}[\w-]+)/i,
      /argument (?<flag>-{1,2}[\w-]+)(?:\/-{1,2}[\w-]+)*: invalid \w+ value: ['"](?<value>[^'"]*)['"]/,
      /Invalid (?:maximum|initial|thread stack) (?:heap )?size: (?<flag>-X\S+)/,
      /Invalid value for ['"](?<flag>-{1,2}[^'"]+)['"]: ['"]?(?<value>[^'"\s]+)/,
    ],
  },
]
