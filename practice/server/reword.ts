/** The wordings and formats in which the practice cluster can serve a recorded log. */
export const dialects = ['json', 'klog', 'logfmt', 'plain'] as const
export type Dialect = (typeof dialects)[number]

/**
 * How several runtimes and tools say the same thing. `$<name>` in a wording is what the pattern captured: names, values, hosts and
 * ports are never lost. The wordings of one rule stand in the order of the dialects.
 */
export interface Paraphrase {
  pattern: RegExp
  wordings: readonly [string, string, string, string]
}

const host = '(?<host>[\\w.-]+|\\[[\\da-f:]+\\])'
const rule = (pattern: string, ...wordings: [string, string, string, string]): Paraphrase => ({
  pattern: new RegExp(pattern),
  wordings,
})

/** The first rule that fits a message rewords it. */
export const paraphrases: readonly Paraphrase[] = [
  rule(
    '(?:configuration error: )?required environment variable (?<name>\\w+) is not set',
    'Config validation error: "$<name>" is required',
    '$<name> must be provided in the environment',
    'invalid configuration: environment variable $<name> is empty or undefined',
    'Startup aborted, no value for mandatory setting $<name> found in the environment',
  ),
  rule(
    '(?:Error: )?Database is uninitialized and superuser password is not specified\\.',
    'Error: Database is uninitialized and superuser password is not specified.',
    'Error: Database is uninitialized and superuser password is not specified.',
    'Error: Database is uninitialized and superuser password is not specified.',
    'Error: Database is uninitialized and superuser password is not specified.',
  ),
  rule(
    `^(?<lead>.*?)dial tcp:? lookup (?<name>[\\w.-]+)(?: on [\\d.:]+)?: no such host`,
    '$<lead>getaddrinfo ENOTFOUND $<name>',
    '$<lead>java.net.UnknownHostException: $<name>: Name or service not known',
    '$<lead>could not translate host name "$<name>" to address: Name or service not known',
    '$<lead>Could not resolve host: $<name>',
  ),
  rule(
    `^(?<lead>.*?)dial tcp ${host}:(?<port>\\d+): connect: connection refused`,
    '$<lead>connect ECONNREFUSED $<host>:$<port>',
    '$<lead>Failed to connect to $<host>:$<port>: Connection refused (111)',
    '$<lead>connection to server at "$<host>", port $<port> failed: Connection refused',
    '$<lead>Connection to $<host>:$<port> refused. Check that the hostname and port are correct and that it accepts TCP/IP connections.',
  ),
  rule(
    `^(?<lead>.*?)dial tcp ${host}:(?<port>\\d+): (?:i/o timeout|connect: connection timed out)`,
    '$<lead>connect ETIMEDOUT $<host>:$<port>',
    '$<lead>Connect to $<host>:$<port> failed: connect timed out',
    '$<lead>connection to server at "$<host>", port $<port> failed: timeout expired',
    '$<lead>Failed to connect to $<host>:$<port>: Connection timed out',
  ),
  rule(
    'listen tcp (?<address>\\S*?):(?<port>\\d+): bind: address already in use',
    'listen EADDRINUSE: address already in use :::$<port>',
    'failed to bind socket on port $<port>: Address already in use',
    "[Errno 98] error while attempting to bind on address ('0.0.0.0', $<port>): address already in use",
    'Web server failed to start. Port $<port> was already in use.',
  ),
  rule(
    '(?:error: )?unknown flag or command: "(?<flag>[^"]+)"',
    'error: unknown option "$<flag>"',
    'flag provided but not defined: $<flag>',
    'error: unrecognized arguments: $<flag>',
    'Unrecognized option: $<flag>',
  ),
  rule(
    "(?<tool>\\w+): invalid option -- '(?<flag>\\w)'",
    '$<tool>: illegal option -- $<flag>',
    "$<tool>: invalid option -- '$<flag>'",
    "$<tool>: unrecognized option: '$<flag>'",
    '$<tool>: invalid option -- $<flag>',
  ),
  rule(
    '^parse (?<file>\\S+): line (?<line>\\d+): key "(?<key>[^"]+)": strconv\\.\\w+: parsing "(?<value>[^"]*)": invalid syntax',
    'failed to load $<file>:$<line>: "$<key>" must be a number, got "$<value>"',
    'Error reading $<file> (line $<line>): property \'$<key>\': For input string: "$<value>"',
    "config $<file>, line $<line>: $<key>: invalid literal for int() with base 10: '$<value>'",
    'Could not load $<file>: line $<line>: invalid value "$<value>" for key "$<key>": a number is expected',
  ),
  rule(
    'parameter "(?<key>\\w+)" requires a (?<kind>\\w+) value: "(?<value>[^"]*)"',
    'invalid value for parameter "$<key>": "$<value>"',
    'invalid value for parameter "$<key>": "$<value>" is not $<kind>',
    'parameter "$<key>" requires a $<kind> value: "$<value>"',
    'could not parse "$<value>" as the $<kind> value of parameter "$<key>"',
  ),
  rule(
    '(?<file>\\S+\\.\\w+): row (?<row>\\d+): (?<column>\\w+) "(?<value>[^"]*)" is not a valid (?<kind>\\w+)',
    'cannot parse $<column> "$<value>" as $<kind> in row $<row> of $<file>',
    'failed to import $<file>: line $<row>: malformed $<kind> "$<value>" in column $<column>',
    "could not convert string to $<kind>: '$<value>' ($<file>, row $<row>, column $<column>)",
    'Invalid $<kind> in record $<row> of $<file>: $<column>=$<value>',
  ),
  rule(
    'worker pool exhausted: (?<count>\\d+/\\d+) goroutines waiting on mutex (?<lock>[\\w.]+)',
    'all $<count> workers blocked, waiting for lock $<lock>',
    'request queue stalled: $<count> workers are waiting on mutex $<lock>',
    'thread pool exhausted ($<count>), threads are waiting for lock $<lock>',
    'Thread pool saturated ($<count>): threads blocked waiting for monitor $<lock>',
  ),
  rule(
    '^(?<lead>.*?)(?<object>[\\w.]+ "[^"]+") is forbidden: (?<rest>User .*)$',
    '$<lead>HTTP 403: $<object> is forbidden: $<rest>',
    '$<lead>$<object> is forbidden: $<rest>',
    '$<lead>(403) Reason: Forbidden, message: $<object> is forbidden: $<rest>',
    '$<lead>Failure executing: GET. Message: $<object> is forbidden: $<rest>. Received status: Status(code=403, reason=Forbidden)',
  ),
  rule(
    'warming caches \\((?<seconds>\\d+)s\\)',
    'cache warm-up started, this takes $<seconds> seconds',
    'loading caches, expected duration $<seconds>s',
    'warming up caches, ready in about $<seconds> s',
    'Preloading caches (approx. $<seconds> seconds)',
  ),
  rule(
    'http server listening on (?<address>\\S+)',
    'Server is listening on $<address>',
    'Serving HTTP on $<address>',
    'Uvicorn running on http://0.0.0.0$<address>',
    'Tomcat started on port(s) $<address> (http)',
  ),
  rule(
    'received (?<signal>terminated), shutting down',
    'SIGTERM received, closing server ($<signal>)',
    'Caught signal $<signal>: shutting down',
    'Received signal 15 ($<signal>), shutting down gracefully',
    'Shutdown requested ($<signal>), commencing graceful shutdown',
  ),
]
