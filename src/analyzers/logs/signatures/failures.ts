import type { Signature } from './signature.ts'

/** The program's own failures: migrations, locks, panics, data, and waiting without end. */
export const failures: readonly Signature[] = [
  {
    name: 'schema_missing',
    family: 'migration',
    patterns: [
      /relation "(?<relation>[^"]+)" does not exist/,
      /Table '(?<relation>[^']+)' doesn't exist/,
      /no such table: (?<relation>\S+)/,
      /column "?(?<relation>[\w.]+)"? (?:of relation "[^"]+" )?does not exist/,
      /Invalid object name '(?<relation>[^']+)'/,
      /Schema-validation: missing (?:table|column) \[(?<relation>[^\]]+)\]/,
    ],
  },
  {
    name: 'migration_tools',
    family: 'migration',
    patterns: [
      /(?:FlywayException|FlywayValidateException|Validate failed: Migrations have failed|Migration checksum mismatch|Detected failed migration to version (?<value>\S+))/,
      /Migration failed for change ?set (?<value>\S+)/,
      /(?:LiquibaseException|ValidationFailedException|MigrationFailedException|Migration failed for change ?set (?<value>\S+))/,
      /alembic\.util\.exc\.CommandError[^\n]{0,120}|Can't locate revision identified by '(?<value>\w+)'/,
      /\b(?<value>P3\d{3})\b/,
      /migrate found failed migrations|The following migration\(s\) (?:have failed|failed)/,
      /need to initialize the database|(?:database|schema)[\w ]{0,30} (?:not up[- ]to[- ]date|out of date|not initiali[sz]ed|needs (?:to be )?migrat\w+)|run (?:the )?(?:database )?migrations? (?:first|before)/i,
      /ActiveRecord::PendingMigrationError|Migrations are pending/,
      /You have (?<value>\d+) unapplied migration|InconsistentMigrationHistory/,
      /(?:schema|database) version \S+ [^\n]{0,40}?(?:older|behind|expected|required|mismatch|too old|not supported)/i,
      /Dirty database version (?<value>\d+)/,
      /(?:pending|unapplied|missing) (?:database |schema )?migrations?/i,
      /(?:database |schema )?migrations? (?:\S+ )?(?:failed|error|is locked|aborted)/i,
      /PendingModelChangesWarning|Doctrine\\Migrations\\\S+Exception|Knex:? ?migration/i,
    ],
  },
  {
    name: 'open_files',
    family: 'exhausted',
    patterns: [/too many open files[^\n]{0,20}?(?:'(?<path>\/[^']+)')?/i, /\b(?:EMFILE|ENFILE)\b/],
  },
  {
    name: 'rate_limited',
    family: 'exhausted',
    patterns: [
      /\w+:\/\/(?<host>[\w.-]+)\S*[^\n]{0,80}?\b429\b/,
      /\b429\b[^\n]{0,60}?\w+:\/\/(?<host>[\w.-]+)/,
      /\b(?:status(?: code)?|HTTP(?:\/[\d.]+)?|code|response)[ :=]{1,3}429\b|\b429 Too Many Requests|\bToo Many Requests\b/i,
      /(?:rate[ -]?limit(?:ed)?|request quota|throttl(?:ed|ing)) ?(?:exceeded|reached|exhausted|error|by|exception)/i,
      /ThrottlingException|TooManyRequestsException|RateLimitError|RESOURCE_EXHAUSTED/,
    ],
  },
  {
    name: 'licence',
    family: 'exhausted',
    patterns: [
      /\b(?:licen[sc]e|subscription|trial|evaluation period)\b[^\n]{0,80}?\b(?<value>has expired|is expired|expired|has ended|(?:is |was )?(?:invalid|not valid|revoked|exceeded|missing|not found))\b/i,
      /\b(?:expired|invalid|missing|no valid|no)\b[^\n]{0,20}\blicen[sc]e(?: key| file)?\b/i,
    ],
  },
  {
    name: 'leadership_lost',
    family: 'exhausted',
    patterns: [
      /leader ?election lost|lost (?:the )?(?:leader(?:ship| election)|lease)|failed to renew lease (?<resource>\S+?):/i,
    ],
    anyLevel: true,
  },
  {
    name: 'locked_or_exhausted',
    family: 'stuck',
    patterns: [
      /(?<value>(?:worker|thread|goroutine|task|request)[ -]?(?:pool|queue)? ?(?:is )?(?:exhausted|starv\w+|saturated|full))/i,
      /waiting (?:on|for) (?:the )?(?:mutex|lock|semaphore|monitor) (?<place>[\w.:$]+)/i,
      /all goroutines are asleep - deadlock!/,
      /(?:deadlock|dead lock)(?:ed)?\b/i,
      /HikariPool-\d+ - Connection is not available, request timed out/,
      /(?:QueuePool limit of size \d+ overflow \d+ reached|ConnectionTimeoutError: could not obtain a connection from the pool|Timeout acquiring a connection\. The pool is probably full|TimeoutError: ResourceRequest timed out)/,
      /Thread starvation or clock leap detected|ThreadPool starvation/i,
      /event loop (?:is )?(?:blocked|stalled)|blocked for (?<value>\d+ ?m?s)|has been blocked for/i,
      /server reached pm\.max_children/,
      /(?:remaining connection slots are reserved|too many clients already|Too many connections)/i,
      /WORKER TIMEOUT \(pid:\d+\)/,
      /lock wait timeout exceeded/i,
      /watchdog: BUG: soft lockup|stuck for more than/i,
    ],
    anyLevel: true,
  },
  {
    name: 'go_panic',
    family: 'panic',
    patterns: [
      /^panic: (?<value>[^\n]{1,200})/m,
      /^fatal error: (?<value>[^\n]{1,120})/m,
      /\bpanic: (?<value>runtime error: [^\n]{1,160})/,
    ],
    anyLevel: true,
  },
  {
    name: 'java_exception',
    family: 'panic',
    patterns: [
      /Exception in thread "[^"]*" (?<value>[\w.$]+(?:Exception|Error)(?:: [^\n]{1,160})?)/,
      /(?<value>\b[a-z][\w.]+\.[A-Z][\w$]*(?:Exception|Error)(?:: [^\n]{1,160})?)\n\s+at /,
      /Application run failed|APPLICATION FAILED TO START/,
    ],
  },
  {
    name: 'python_traceback',
    family: 'panic',
    patterns: [/Traceback \(most recent call last\)[\s\S]*\n(?<value>[\w.]+(?:: [^\n]{0,200})?)\s*$/],
    anyLevel: true,
  },
  {
    name: 'node_exception',
    family: 'panic',
    patterns: [
      /(?:Uncaught |Unhandled (?:promise )?rejection[^\n]{0,40}?)?(?<value>\b(?:[A-Z]\w*)?(?:Error|Exception)(?: \[\w+\])?: [^\n]{1,160})\n\s+at /,
      /(?:Uncaught Exception|UnhandledPromiseRejection\w*|uncaughtException)[^\n]{0,20}?:? (?<value>[^\n]{1,160})/,
    ],
  },
  {
    name: 'dotnet_exception',
    family: 'panic',
    patterns: [
      /Unhandled exception\. (?<value>[\w.]+(?:: [^\n]{1,160})?)/,
      /Unhandled Exception: (?<value>[\w.]+Exception: [^\n]{1,160})/,
    ],
    anyLevel: true,
  },
  {
    name: 'ruby_exception',
    family: 'panic',
    patterns: [
      /^\S+\.rb:\d+:in [`'][^'\n]+': (?<value>[^\n]{1,160} \([A-Z][\w:]*\))/m,
      /\((?<value>[A-Z]\w*(?:::\w+)*Error)\)/,
    ],
    anyLevel: true,
  },
  {
    name: 'rust_panic',
    family: 'panic',
    patterns: [/thread '[^']*' (?:\(\d+\) )?panicked at (?<place>[^\n:]+:\d+)(?::\d+)?:?\s*\n?(?<value>[^\n]{0,160})/],
    anyLevel: true,
  },
  {
    name: 'php_and_native',
    family: 'panic',
    patterns: [
      /PHP Fatal error:\s+(?<value>[^\n]{1,200})/,
      /Segmentation fault|SIGSEGV|SIGABRT|Assertion [`'][^'\n]{1,80}' failed|core dumped/,
      /terminate called after throwing an instance of '(?<value>[^']+)'/,
    ],
    anyLevel: true,
  },
  {
    name: 'bad_row',
    family: 'data_error',
    patterns: [
      /\b(?:row|record|line|entry|offset|message|item|document) (?:#|number |no\.? )?(?<row>\d+)\b[^\n]{0,40}?(?: (?:of|in|from) (?:file )?["'`]?(?<file>[\w./-]+\.\w+))?[^\n]{0,100}?(?:not a valid|invalid|malformed|cannot parse|unexpected|missing|duplicate|expected|out of range|too long|corrupt)/i,
      /(?<file>[\w./-]+\.(?:csv|tsv|json|jsonl|ndjson|xml|parquet|avro|txt|dat|xlsx?|gz|zip))\b[^\n]{0,60}?(?:row|line|record|:)\s?(?<row>\d+)[^\n]{0,160}/i,
      /(?:corrupt(?:ed)?|truncated|malformed) (?:file|input|record|archive|message|data)[^\n]{0,100}/i,
      /(?:checksum|CRC|digest) (?:mismatch|error|failed)[^\n]{0,100}/i,
      /duplicate key value violates unique constraint "(?<key>[^"]+)"/,
      /(?:null value in column "(?<relation>[^"]+)" violates|violates (?:foreign key|check) constraint "(?<key>[^"]+)")/,
    ],
  },
  {
    name: 'waiting_for',
    family: 'waiting',
    patterns: [
      /\bwaiting (?:for|on|until)(?: the| service| host| server| database| port)? ["'`]?(?:\w+:\/\/)?(?<host>[a-z0-9][\w-]*(?:\.[\w-]+)*):(?<port>\d{2,5})/i,
      /\bwaiting (?:for|on|until) (?:the )?(?:service |host |server |database |db )?["'`]?(?<host>[a-z][\w-]*(?:\.[\w-]+)+|[a-z]\w*-[\w-]+)["'`]?(?: to|\.\.\.|…| is| |$)/i,
      /(?<host>[a-z0-9][\w-]*(?:\.[\w-]+)*):(?<port>\d{2,5}) (?:is )?(?:not (?:yet )?(?:ready|available|reachable|up|responding|answering)|unavailable|- (?:no response|rejecting connections)|still (?:down|unavailable))/i,
      /wait-for-it(?:\.sh)?: waiting (?:\d+ seconds )?(?:for )?(?<host>[\w.-]+):(?<port>\d+)/,
      /Waiting for: (?:tcp|https?):\/\/(?<host>[\w.-]+):(?<port>\d+)/,
      /(?:sleeping|retrying|retry)[^\n]{0,40}?(?<host>[a-z][\w-]*(?:\.[\w-]+)*):(?<port>\d{2,5})/i,
    ],
    anyLevel: true,
  },
]
