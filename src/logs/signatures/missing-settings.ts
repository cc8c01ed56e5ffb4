import type { Signature } from './signature.ts'

/** A setting or environment variable that must be given and is not. `variable` is checked to look like one by the matcher. */
export const missingSettings: readonly Signature[] = [
  {
    name: 'required_env_named_after',
    family: 'missing_setting',
    patterns: [
      /(?:required|mandatory|missing|needed|undefined|unset|necessary)[\w \t]{0,30}(?:env(?:ironment)?[ -]?var(?:iable)?s?|env|config(?:uration)? (?:key|variable|value)s?|settings?|variables?)(?:\(s\))?[ \t:=\-"'`[({]*\n?[\s•*\-"'`]*(?<variable>[A-Za-z]\w{2,80})\b/i,
      /(?:env(?:ironment)?[ -]?var(?:iable)?s?|env)(?:\(s\))?[ \t:"'`[({]*(?<variable>[A-Za-z]\w{2,80})["'`\])}]*(?:\(s\))?[ ,]+(?:(?:is|are|was|were|has been) (?:not (?:set|defined|specified|provided|configured|found|present|given)|missing|required|unset|empty|undefined|mandatory|blank|null|needed)|has not been (?:set|defined|provided)|(?:must|should|needs? to) (?:be (?:set|defined|specified|provided|given|present|configured)|not be (?:empty|blank|null))|(?:cannot|can't) be (?:empty|blank|null|undefined)|not (?:set|defined|specified|provided|found)|required|missing|unset|undefined)\b/i,
    ],
  },
  {
    name: 'required_env_named_before',
    family: 'missing_setting',
    patterns: [
      /["'`$]?\{?\b(?<variable>[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)\}?["'`]?(?::| -)?\s+(?:env(?:ironment)?[ -]?(?:var(?:iable)?)?\s+)?(?:setting |variable |value |option )?(?:(?:is|was|are) (?:not (?:set|defined|specified|provided|configured|found|present|given)|missing|required|unset|empty|undefined|mandatory|blank|null)|must (?:be (?:set|defined|specified|provided|configured|given)|not be (?:empty|blank|null))|needs? to be (?:set|defined|provided)|has not been (?:set|defined|provided)|cannot be (?:empty|blank|null|undefined)|can't be (?:empty|blank)|not (?:set|defined|specified|provided|configured|found)|missing|required|unset|parameter not set|parameter null or not set)\b/,
      /\b(?<variable>[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*) (?:must|has to|needs to|should) be (?:provided|set|present|defined|passed|given) (?:in|as|through|via|by) (?:the |an )?env/,
      /\b(?<variable>[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*): (?:unbound variable|parameter (?:not set|null or not set)|must be set|is required|required)/,
    ],
  },
  {
    name: 'must_specify',
    family: 'missing_setting',
    patterns: [
      /(?:must|need to|have to|please|should) (?:be )?(?:specify|set|provide|define|supply|pass|configure|export)\s+(?:a value for |a valid |the |an? |one of )?(?:env(?:ironment)? ?var(?:iable)?s? |config |setting |variable )?["'`$]?\{?(?<variable>[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)\b/i,
      /\b(?:missing|required|incomplete|not (?:set|provided|configured)|no [\w -]{2,30} (?:provided|configured|set|given))\b[^\n]{0,40}?\b(?:set|provide|define|export) (?<variable>[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)\b/,
      /(?:expected|set|define|provide) (?:the )?(?:env(?:ironment)? ?var(?:iable)? )["'`$]?\{?(?<variable>[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*)\b/i,
    ],
  },
  {
    name: 'database_image_password',
    family: 'missing_setting',
    patterns: [
      /superuser password is not specified[\s\S]{0,200}?specify (?<variable>POSTGRES_PASSWORD)/,
      /password option is not specified[\s\S]{0,200}?(?<variable>(?:MYSQL|MARIADB)_ROOT_PASSWORD)/,
      /The (?<variable>[A-Z][A-Z0-9_]+) environment variable is empty or not set/,
    ],
  },
  {
    name: 'python_environ_key',
    family: 'missing_setting',
    patterns: [
      /\bKeyError: ['"](?<variable>[A-Z][A-Z0-9_]{2,80})['"]/,
      /(?:decouple\.)?UndefinedValueError: (?<variable>[A-Z][A-Z0-9_]+) not found/,
      /ImproperlyConfigured: (?:Set the |The )?["'`]?(?<variable>[A-Z][A-Z0-9_]+)["'`]? (?:environment variable|setting|env)/,
      /EnvError: Environment variable "(?<variable>\w+)" not set/,
    ],
  },
  {
    name: 'pydantic_settings',
    family: 'missing_setting',
    patterns: [
      /validation errors? for \w*(?:Settings|Config\w*|Env\w*)\s+(?<setting>[\w.]+)\s+field required/i,
      /validation errors? for \w+[\s\S]{0,200}?\n(?<variable>[A-Z][A-Z0-9_]+)\s+field required/i,
      /(?<setting>[a-z][a-z0-9_.]+)[:\s]+field required\b[\s\S]{0,80}type=(?:value_error\.)?missing/i,
    ],
  },
  {
    name: 'java_placeholder',
    family: 'missing_setting',
    patterns: [
      /Could not resolve placeholder ['"](?<setting>[\w.\-[\]]+)(?::[^'"]*)?['"]/,
      /(?:SRCFG00014|SRCFG00040): .{0,40}?(?:config property|value of the configuration property|property) ["']?(?<setting>[\w.-]+)["']? (?:is required|was)/,
      /NoSuchElementException: (?:SRCFG\d+: )?(?:The config property|Required property) ["']?(?<setting>[\w.-]+)/,
      /MissingRequiredPropertiesException: .{0,100}?\[(?<setting>[\w.-]+)/,
      /Failed to configure a DataSource: '(?<key>url)' attribute is not specified/,
      /(?:required|missing) (?:configuration |config )?(?:property|setting|key)(?: not found)?:? ["'`]?(?<setting>[\w-]+\.[\w.-]+)/i,
      /Missing required configuration ["'](?<setting>[\w.]+)["']/,
      /No configuration setting found for key ['"](?<setting>[\w.-]+)['"]/,
    ],
  },
  {
    name: 'go_envconfig',
    family: 'missing_setting',
    patterns: [
      /required key (?<variable>\w+) missing value/i,
      /env: (?:required )?environment variable "(?<variable>\w+)" is not set/,
      /env: environment variable "(?<variable>\w+)" should not be empty/,
      /missing value for field (?<setting>\w+)/,
      /missing required value: (?<variable>[A-Z]\w+)/,
      /field "[^"]+" is required but the value is not provided.{0,60}?(?<variable>[A-Z][A-Z0-9_]{2,})/,
    ],
  },
  {
    name: 'node_schema',
    family: 'missing_setting',
    patterns: [
      /"path":\s*\[\s*"(?<variable>[A-Z]\w+)"\s*\],\s*"message":\s*"(?:Required|Invalid input: expected \w+, received undefined)"/,
      /(?:received undefined|Required)\s+→ at (?<variable>[A-Z]\w+)/,
      /Invalid environment variables:?\s*[{[]?\s*(?<variable>[A-Z]\w+):? \[\s*['"](?:Required|Invalid input: expected \w+, received undefined)/,
      /Missing environment variables?:\s+(?<variable>[A-Z]\w+)/,
      /env-var: "(?<variable>\w+)" is a required variable, but it was not set/,
      /ConfigValidationError|Config validation error: "(?<variable>\w+)" is required/,
      /"(?<variable>[A-Z]\w+)" is required$/m,
    ],
  },
  {
    name: 'ruby_fetch',
    family: 'missing_setting',
    patterns: [
      /key not found: "(?<variable>[A-Z][A-Z0-9_]{2,80})" \(KeyError\)/,
      /KeyError[)\s:]+key not found: "(?<variable>[A-Z][A-Z0-9_]{2,80})"/,
      /Missing `(?<variable>[a-z_]+)` for '\w+' environment/,
    ],
  },
  {
    name: 'rust_and_elixir_env',
    family: 'missing_setting',
    patterns: [
      /(?<variable>[A-Z][A-Z0-9_]{2,80})["'`]?\)?: (?:environment variable not found|NotPresent)/,
      /(?<variable>[A-Z][A-Z0-9_]{2,80}) must be (?:set|present).{0,20}: NotPresent/,
      /MissingEnvVar\("(?<variable>\w+)"\)/,
      /environment variable (?<variable>[A-Z][A-Z0-9_]+) is missing\b/,
      /could not fetch environment variable "(?<variable>\w+)" because it is not set/,
      /missing (?:configuration )?field [`"'](?<setting>[\w.]+)[`"']/,
    ],
  },
  {
    name: 'dotnet_configuration',
    family: 'missing_setting',
    patterns: [
      /(?:Missing|Required) configuration (?:value|key|section|setting)?:? ?['"](?<setting>[\w:.]+)['"]/i,
      /Configuration (?:value|key|section|setting) ['"](?<setting>[\w:.]+)['"] (?:is missing|not found|is required|was not found)/i,
      /Section '(?<setting>[\w:]+)' not found in configuration/,
      /OptionsValidationException: .{0,100}?'?(?<setting>\w+)'? field is required/,
      /Connection string ['"](?<setting>[\w:]+)['"] (?:not found|is missing|was not found)/i,
    ],
  },
  {
    name: 'php_env',
    family: 'missing_setting',
    patterns: [
      /EnvNotFoundException: Environment variable not found: "(?<variable>\w+)"/,
      /Environment variable not found: "?(?<variable>\w+)/,
      /One or more environment variables failed assertions: (?<variable>\w+) is (?:missing|empty)/,
      /Undefined (?:array key|index):? "?(?<variable>[A-Z][A-Z0-9_]{3,})"?/,
    ],
  },
]
