import type { Fact, Signature } from './signature.ts'

/** What a complaint about a value usually names; looked for in the whole record. */
const named: Partial<Record<Fact, readonly RegExp[]>> = {
  file: [
    /(?:in|of|file|parse|parsing|load(?:ing)?|read(?:ing)?|from|at|open|config)[ :="'`(]+(?<path>\/[\w./@+-]+\.\w+)/i,
    /["'`\s(=](\/(?:etc|app|config|opt|usr|srv|var|conf|data)[\w./@+-]*\/[\w.@+-]+\.\w+)/,
    /\b([\w-]+\.(?:ya?ml|json|toml|properties|conf|cfg|ini|env|xml|hcl))\b/,
  ],
  line: [/\bline:? (\d+)/i, /\.(?:conf|ya?ml|json|toml|properties|ini|cfg|xml|cnf|hcl):(\d+)/, /:(\d+):\d+\b/],
  key: [
    /\b(?:key|parameter|property|option|setting|field|variable|directive|argument|attribute|configuration key|env var(?:iable)?|environment variable)(?: named)?[ :=]+["'`]([\w.\-[\]]+)["'`]/i,
    /\bfor (?:configuration |config |setting |parameter |property |key |field )?["'`]?([A-Za-z][\w.-]*[._-][\w.-]+|[A-Z][A-Z0-9_]{2,})["'`]?/,
    /["'`]([A-Za-z][\w.-]+)["'`] (?:must be|should be|is not a valid|has an invalid|requires a)/,
    /\b([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)\b(?= (?:must|should|is|has|=))/,
    /\bproperty '([\w.-]+)'/,
    /Struct field:? ([\w.]+)|field \w+\.([\w.]+) of type/,
    /([\w-]+(?:[._][\w-]+)+)\s*[:=]\s*(?:invalid|expected|cannot|must)/i,
  ],
  value: [
    /parsing ["'`]([^"'`]*)["'`]/,
    /For input string: ["'`]([^"'`]*)["'`]/,
    /(?:invalid literal for int\(\) with base \d+|could not convert string to float): ["'`]([^"'`]*)["'`]/,
    /requires a (?:numeric|boolean|valid) value: ["'`]([^"'`]*)["'`]/i,
    /invalid value for parameter "[^"]+": ["'`]([^"'`]*)["'`]/,
    /(?:invalid|illegal|unknown|bad|unsupported|unexpected|unrecognized) (?:\w+ ){0,3}value:? (?:of )?["'`]([^"'`]*)["'`]/i,
    /\bvalue[ :=]+["'`]([^"'`]*)["'`]/i,
    /\b(?:got|received|found|was|given|convert(?:ing)?|cannot parse|unable to parse|failed to parse)[ :]+["'`]([^"'`]*)["'`]/i,
    /input_value=["'`]([^"'`]*)["'`]/,
    /(?:invalid|illegal|unknown|bad|unsupported) [\w .-]{1,40}?[: ]{1,2}["'`]([^"'`]*)["'`]/i,
    /["'`]([^"'`]*)["'`] is (?:not a valid|not an? |invalid|not a number)/i,
  ],
}

/** A configuration value that the program cannot read or does not allow. */
export const badConfig: readonly Signature[] = [
  {
    name: 'go_parse',
    family: 'bad_config',
    patterns: [
      /strconv\.\w+: parsing "[^"]*": (?:invalid syntax|value out of range)/,
      /time: (?:invalid|missing unit in) duration/,
      /cannot unmarshal (?:!!\w+|\w+)[\s\S]{0,80}? into/,
      /(?:error |failed )?(?:parsing|parse) (?:config|configuration|settings)\b/i,
      /envconfig\.Process: assigning/,
      /parse error on field/,
    ],
    extract: { ...named, key: [/envconfig\.Process: assigning (\w+)/, ...(named.key ?? [])] },
  },
  {
    name: 'java_conversion',
    family: 'bad_config',
    patterns: [
      /NumberFormatException: For input string/,
      /Failed to bind properties under '(?<key>[\w.-]+)'/,
      /Failed to convert (?:property )?value of type/,
      /ConfigException: Invalid value (?<value>\S+) for configuration (?<key>[\w.]+)/,
      /ConfigException(?:\$\w+)?: .{0,200}/,
      /IllegalArgumentException: (?:Invalid|Illegal|Unknown|No enum constant) /,
      /InvalidConfigurationPropertyValueException|ConversionFailedException/,
    ],
    extract: { ...named, value: [/Value:\s*["']?([^"'\n]+)["']?/, ...(named.value ?? [])] },
  },
  {
    name: 'python_conversion',
    family: 'bad_config',
    patterns: [
      /ValueError: (?:invalid literal for int\(\)|could not convert string to float|invalid truth value|Invalid isoformat)/,
      /validation errors? for \w*(?:Settings|Config)\w*[\s\S]{0,300}?(?:should be|is not a valid|unable to parse)/i,
      /configparser\.\w*Error|MissingSectionHeaderError/,
      /ImproperlyConfigured: .{0,200}(?:invalid|not a valid|unknown)/i,
    ],
    extract: {
      ...named,
      key: [/validation errors? for \w+\s+([\w.]+)\s+Input/i, ...(named.key ?? [])],
    },
  },
  {
    name: 'document_syntax',
    family: 'bad_config',
    patterns: [
      /\byaml: (?:line \d+|unmarshal errors|did not find|mapping values)/,
      /(?:yaml\.(?:scanner|parser)\.\w+|YAMLException|YAMLParseError|Psych::SyntaxError|YamlException|ScannerError|ParserError)/,
      /(?:JSONDecodeError|JsonParseException|JsonReaderException|JSON::ParserError|SyntaxError: .{0,60}\bJSON\b|invalid character .{1,12} looking for beginning)/,
      /(?:toml: |TomlDecodeError|TOMLDecodeError|TOML parse error|tomllib)/,
      /XmlParseException|SAXParseException|xml syntax error/i,
    ],
    extract: named,
  },
  {
    name: 'server_directive',
    family: 'bad_config',
    patterns: [
      /unknown directive "(?<key>[^"]+)" in (?<file>\S+?):(?<line>\d+)/,
      /invalid (?:number of arguments|parameter|value) .{0,120}in (?<file>\/\S+?):(?<line>\d+)/,
      /directive .{0,80}(?:is not terminated|is duplicate|has no opening) .{0,60}in (?<file>\/\S+?):(?<line>\d+)/,
      /\*\*\* FATAL CONFIG FILE ERROR/,
      /Bad directive or wrong number of arguments/,
      /AH\d+: Syntax error on line (?<line>\d+) of (?<file>\S+?):/,
      /Syntax error on line (?<line>\d+) of (?<file>\S+?):/,
      /\[ALERT\].{0,60}parsing \[(?<file>[^:\]]+):(?<line>\d+)\]/,
      /unknown variable '(?<key>[\w-]+)=(?<value>[^']*)'/,
    ],
    extract: { ...named, line: [/at line (\d+)/, ...(named.line ?? [])] },
  },
  {
    name: 'database_parameter',
    family: 'bad_config',
    patterns: [
      /parameter "(?<key>[\w.]+)" requires a \w+ value(?:: "(?<value>[^"]*)")?/,
      /invalid value for parameter "(?<key>[\w.]+)": "?(?<value>[^"\n]*)"?/,
      /\bdatabase "(?<value>[^"]+)" does not exist/,
      /Unknown database '(?<value>[^']+)'/,
      /unrecognized configuration parameter "(?<key>[\w.]+)"/,
      /syntax error in file "(?<file>[^"]+)" line (?<line>\d+)/,
      /\d+ is outside the valid range for parameter "(?<key>[\w.]+)"/,
      /Unknown suffix '.' used for variable '(?<key>\w+)' \(value '(?<value>[^']*)'\)/,
      /Error while setting value '(?<value>[^']*)' to '(?<key>[\w-]+)'/,
    ],
    extract: named,
  },
  {
    name: 'invalid_value',
    family: 'bad_config',
    patterns: [
      /\bun(?:known|expected|recogni[sz]ed) (?:config(?:uration)? )?(?:key|field|property|section|setting)s?:? ["'`](?<key>[\w.-]+)["'`]/i,
      /\b(?:invalid|illegal|bad|malformed|unsupported) (?:config(?:uration)?|setting|log level|loglevel|port|duration|size|url|uri|boolean|integer|number|timezone|time ?zone|cron expression|schedule|dsn|value)\b[^\n]{0,160}/i,
      /\b(?:config(?:uration)?|settings?) (?:file )?(?:is |was )?(?:invalid|malformed|corrupt|error)/i,
      /(?:unable|failed|cannot|could not|error) (?:to )?(?:pars\w+|read\w*|load\w*|decod\w+) (?:the )?(?:config|settings|configuration)\b/i,
      /must be (?:an?|one of|between|greater|less|positive|in the range) .{0,80}(?:got|received|found|but|was|:)/i,
      /(?:is not a valid|is not an?) (?:integer|number|boolean|duration|url|uri|port|log level|ip|address|timezone|size|value for)\b/i,
      /expected (?:an? )?(?:integer|number|boolean|int|float|duration|string|list|mapping)[\w ]{0,20}[,;:]? (?:but )?(?:got|found|received)/i,
      /invalid type: (?:string|integer|map|sequence|boolean)[\s\S]{0,80}?expected/i,
    ],
    extract: named,
  },
]
