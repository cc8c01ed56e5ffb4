import type { Signature } from './signature.ts'

/** A dependency that refuses, resets or does not answer; `host` may be an address or a name. */
export const connections: readonly Signature[] = [
  {
    name: 'go_dial',
    family: 'unreachable',
    patterns: [
      /dial (?:tcp|udp|tcp4|tcp6)\s+\[?(?<host>[\w.:-]+?)\]?:(?<port>\d+): (?:connect: )?(?:connection refused|i\/o timeout|no route to host|connection timed out|network is unreachable|operation timed out|connection reset by peer|host is unreachable)/,
      /(?:read|write) tcp \S+->(?<host>[\d.]+):(?<port>\d+): .{0,20}(?:i\/o timeout|connection reset|broken pipe)/,
      /dial (?:tcp|udp)\s+\[?(?<host>[\w.:-]+?)\]?:(?<port>\d+): (?:operation was canceled|context deadline exceeded)/,
    ],
  },
  {
    name: 'node_socket',
    family: 'unreachable',
    patterns: [
      /connect (?:ECONNREFUSED|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ECONNRESET) (?<host>[\w.:-]+?):(?<port>\d+)/,
      /(?:ECONNREFUSED|ETIMEDOUT|EHOSTUNREACH)[\s\S]{0,200}?address: '(?<host>[^']+)',\s*port: (?<port>\d+)/,
      /Can't reach database server at [`'"]?(?<host>[\w.-]+?)[`'"]?:[`'"]?(?<port>\d+)/,
    ],
  },
  {
    name: 'postgres_client',
    family: 'unreachable',
    patterns: [
      /connection to server at "(?<host>[^"]+)"(?: \([^)]*\))?, port (?<port>\d+) failed: (?:Connection refused|Connection timed out|timeout expired|No route to host|Connection reset|server closed)/i,
      /could not connect to server: (?:Connection refused|Connection timed out|No route to host)[\s\S]{0,80}?host "(?<host>[^"]+)"[\s\S]{0,60}?port (?<port>\d+)/,
      /Connection to (?<host>[\w.-]+):(?<port>\d+) refused\. Check that the hostname/,
      /(?:PG::ConnectionBad|psycopg2?\.OperationalError).{0,60}(?:Connection refused|could not connect)/,
      /failed to connect to `(?:user=\S+ database=\S+|host=(?<host>[\w.-]+)[^`]*)`:?[\s\S]{0,200}?(?:connection refused|timeout|i\/o timeout)/,
    ],
  },
  {
    name: 'java_connect',
    family: 'unreachable',
    patterns: [
      /Connection refused: (?<host>[\w.-]+)?\/(?:[\d.]+):(?<port>\d+)/,
      /Connect to (?:https?:\/\/)?(?<host>[\w.-]+):(?<port>\d+).{0,60}failed: (?:Connection refused|connect timed out|Connect timed out|No route)/,
      /Connection to node -?\d+ \((?<host>[\w.-]+)\/[\d.]*:(?<port>\d+)\) could not be established/,
      /Communications link failure/,
      /Unable to connect to (?:Redis|\w+ server)?.{0,40}?(?<host>[\w.-]+)(?:\/\S+?)?:(?<port>\d+)/,
      /(?:java\.net\.|io\.netty\S*)?(?:ConnectException|SocketTimeoutException|NoRouteToHostException)[\w$]*: (?:Connection (?:refused|timed out)|connect timed out|No route)[^\n]{0,80}/,
      /Exception in monitor thread while connecting to server (?<host>[\w.-]+):(?<port>\d+)/,
      /No server chosen by .{0,200}?address=(?<host>[\w.-]+):(?<port>\d+)/,
    ],
  },
  {
    name: 'python_connect',
    family: 'unreachable',
    patterns: [
      /HTTPS?ConnectionPool\(host='(?<host>[^']+)', port=(?<port>\d+)\)[\s\S]{0,300}?(?:Connection refused|timed out|NewConnectionError|Max retries)/,
      /Error (?:111|110|113) connecting to (?<host>[\w.-]+):(?<port>\d+)/,
      /Cannot connect to (?<url>(?:amqp|redis|kafka)\S*?:\/\/\S+?)(?:: |\s)/,
      /Can't connect to MySQL server on '(?<host>[^':]+)(?::(?<port>\d+))?'[\s\S]{0,60}?(?:111|110|113|timed out|refused)/,
      /ConnectionRefusedError: \[Errno 111\] (?:Connect call failed \('(?<host>[\w.:-]+)', (?<port>\d+)\)|Connection refused)/,
      /ServerSelectionTimeoutError: (?<host>[\w.-]+):(?<port>\d+): /,
      /Cannot connect to host (?<host>[\w.-]+):(?<port>\d+) .{0,20}\[(?:Connect call failed|Connection refused)/,
    ],
  },
  {
    name: 'ruby_dotnet_php_connect',
    family: 'unreachable',
    patterns: [
      /Errno::(?:ECONNREFUSED|ETIMEDOUT|EHOSTUNREACH).{0,60}?(?:connect\(2\) for |to )"?(?<host>[\w.-]+)"? (?:port |:)(?<port>\d+)/,
      /Error connecting to Redis on (?<host>[\w.-]+):(?<port>\d+)/,
      /SocketException \(?\d*\)?:? ?.{0,20}Connection refused(?: \[?(?:::ffff:)?(?<host>[\w.-]+)\]?:(?<port>\d+))?/,
      /Connection refused \((?<host>[\w.-]+):(?<port>\d+)\)/,
      /Failed to connect to (?:\[?::ffff:)?(?<host>[\w.-]+)\]?:(?<port>\d+)/i,
      /SQLSTATE\[(?:HY000|08006)\] \[(?:2002|7|2003)\] .{0,60}(?:Connection refused|timed out)/,
      /It was not possible to connect to the redis server/,
      /BrokerUnreachableException/,
    ],
  },
  {
    name: 'curl_and_shell',
    family: 'unreachable',
    patterns: [
      /curl: \((?:7|28|56)\) .{0,40}?(?:connect to )?(?<host>[\w.-]+) port (?<port>\d+)/,
      /connect to (?<host>[\w.-]+) port (?<port>\d+)(?: \(tcp\))? failed: (?:Connection refused|Connection timed out|No route)/,
      /Could not connect to (?:Redis|MongoDB|server) at (?<host>[\w.-]+):(?<port>\d+): (?:Connection refused|timed out)/i,
      /wget: can't connect to remote host(?: \((?<host>[\d.]+)\))?/,
    ],
  },
  {
    name: 'proxy_upstream',
    family: 'unreachable',
    patterns: [
      /connect\(\) failed \(\d+: (?:Connection refused|Connection timed out|No route to host|Host is unreachable)\) while connecting to upstream[\s\S]{0,400}?upstream: "\w+:\/\/(?<host>[\w.-]+)(?::(?<port>\d+))?/,
      /upstream (?:timed out|prematurely closed)[\s\S]{0,400}?upstream: "\w+:\/\/(?<host>[\w.-]+)(?::(?<port>\d+))?/,
      /no live upstreams while connecting to upstream[\s\S]{0,300}?upstream: "\w+:\/\/(?<host>[\w.-]+)/,
      /upstream connect error or disconnect\/reset before headers/,
      /Server \S+\/\S+ is DOWN, reason: Layer4/,
    ],
  },
  {
    name: 'broker_client',
    family: 'unreachable',
    patterns: [
      /(?<host>[\w.-]+):(?<port>\d+)\/(?:bootstrap|\d+): Connect to \S+ failed: (?:Connection refused|timed out)/,
      /(?:Bootstrap broker|Connection to node -?\d+).{0,40}?(?<host>[\w.-]+):(?<port>\d+).{0,60}(?:disconnected|could not be established)/,
      /(?:AMQP|amqp|RabbitMQ).{0,80}?(?<host>[a-z][\w.-]+):(?<port>\d+).{0,60}(?:refused|timed out|timeout|unreachable)/i,
      /No connections available|all (?:brokers|hosts|endpoints|shards) (?:are )?(?:down|unreachable|unavailable)/i,
    ],
  },
  {
    name: 'plain_words',
    family: 'unreachable',
    patterns: [
      /(?:could not|cannot|can't|unable to|failed to) (?:connect|reach|contact|dial)(?: to)?(?: the)?[^\n]{0,80}?\b(?<host>[a-z0-9][\w-]*(?:\.[\w-]+)*):(?<port>\d{2,5})\b/i,
      /(?<host>[a-z0-9][\w-]*(?:\.[\w-]+)*):(?<port>\d{2,5})\b[^\n]{0,60}(?:connection refused|connection timed out|unreachable|did not answer|not reachable|i\/o timeout)/i,
      /(?:connection refused|connection timed out|connect timeout|connection reset by peer)[^\n]{0,60}?\b(?<host>[a-z][\w-]*(?:\.[\w-]+)*):(?<port>\d{2,5})\b/i,
      /\b(?:unreachable|unavailable|not (?:reachable|available)|did not answer|no response from|down):? (?:\w+ ){0,3}?(?<host>[a-z0-9][\w-]*(?:\.[\w-]+)*):(?<port>\d{2,5})\b/i,
      /\b(?:get|post|put|head|request to|calling|fetch(?:ing)?)\b[^\n]{0,20}?(?<url>https?:\/\/[^\s"']+)[^\n]{0,80}?(?:connection refused|timed? ?out|context deadline exceeded|50[234])/i,
      /\bconnection refused\b|\bECONNREFUSED\b/i,
    ],
  },
]
