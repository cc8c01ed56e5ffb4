import type { Signature } from './signature.ts'

/** Host names that do not resolve. */
export const unresolvedNames: readonly Signature[] = [
  {
    name: 'go_lookup',
    family: 'unresolved_name',
    patterns: [
      /lookup (?<host>[\w.-]+?)\.?(?: on [\d.:[\]a-f]+)?: (?:no such host|server misbehaving|Temporary failure|i\/o timeout|no answer)/,
      /dial tcp: lookup (?<host>[\w.-]+?)\.?(?: on \S+)?:/,
      /produced zero addresses|name resolver error: .{0,80}?"(?<host>[\w.-]+)/,
    ],
  },
  {
    name: 'node_getaddrinfo',
    family: 'unresolved_name',
    patterns: [
      /getaddrinfo (?:ENOTFOUND|EAI_AGAIN|EAI_FAIL|EAI_NODATA) (?<host>[\w.-]+)/,
      /queryA+ E\w+ (?<host>[\w.-]+)/,
    ],
  },
  {
    name: 'java_unknown_host',
    family: 'unresolved_name',
    patterns: [
      /UnknownHostException: (?:Failed to resolve ['"])?(?<host>[\w.-]+)/,
      /UnresolvedAddressException|No resolvable bootstrap urls/,
      /Couldn't resolve server (?<host>[\w.-]+):(?<port>\d+)/,
      /Failed to resolve ['"](?<host>[\w.-]+)['"]/,
    ],
  },
  {
    name: 'python_gaierror',
    family: 'unresolved_name',
    patterns: [
      /could not translate host name "(?<host>[^"]+)" to address/,
      /host='(?<host>[^']+)'[\s\S]{0,300}?(?:Name or service not known|Temporary failure in name resolution|nodename nor servname|NameResolutionError|No address associated)/,
      /Failed to resolve '(?<host>[^']+)' \(\[Errno/,
      /Error -?\d+ connecting to (?<host>[\w.-]+):(?<port>\d+)\. (?:Name or service not known|Temporary failure|No address)/,
      /Cannot connect to host (?<host>[\w.-]+):(?<port>\d+) .{0,20}\[(?:Name or service|Temporary failure)/,
      /Unknown MySQL server host '(?<host>[^']+)'/,
      /(?<host>[\w.-]+):(?<port>\d+): \[Errno -[235]\] (?:Name or service not known|Temporary failure)/,
      /(?:socket\.)?gaierror: \[Errno -?\d+\]/,
    ],
  },
  {
    name: 'shell_and_libc',
    family: 'unresolved_name',
    patterns: [
      /bad address '(?<host>[^':]+)(?::(?<port>\d+))?'/,
      /Could not resolve host(?:name)?:? '?(?<host>[\w.-]+)/i,
      /can't resolve '(?<host>[^']+)'/,
      /server can't find (?<host>[\w.-]+?)\.?:? (?:NXDOMAIN|SERVFAIL)/,
      /unable to resolve host address ['"‘](?<host>[^'"’]+)/,
      /(?:connect to |at |host |hostname |: )"?(?!getaddrinfo)(?<host>[a-z][\w.-]*?)"?(?::(?<port>\d+))?"?[: ,(]{1,3}(?:Name or service not known|Name does not resolve|Temporary failure in name resolution|nodename nor servname|No such host is known|Unknown host|No address associated)/i,
    ],
  },
  {
    name: 'ruby_dotnet_php_names',
    family: 'unresolved_name',
    patterns: [
      /(?:Failed to open TCP connection to |getaddrinfo: )(?<host>[\w.-]+)(?::(?<port>\d+))?.{0,40}(?:getaddrinfo|Name or service|Name does not)/,
      /could not translate host name "(?<host>[^"]+)"/,
      /(?:No such host is known|Name or service not known|Resource temporarily unavailable)\.? \((?<host>[\w.-]+):(?<port>\d+)\)/,
      /getaddrinfo: [\w ]{5,60} \(\w+:\/\/(?:[^@\s/]*@)?(?<host>[\w.-]+)(?::(?<port>\d+))?/,
      /(?:url: |url \(|to )"?\w+:\/\/(?:[^@\s/]*@)?(?<host>[\w.-]+)(?::(?<port>\d+))?[\s\S]{0,200}?failed to lookup address information/,
      /getaddrinfo (?:for (?<host>[\w.-]+) )?failed: (?:Name or service not known|Temporary failure|Name does not)/,
      /failed to lookup address information: (?:Name or service not known|Temporary failure)/,
      /(?:nxdomain|:nxdomain)/,
      // .NET's number for "try the name server again", whose words are those of many other things
      /SocketException \(00000001, 11\)/,
    ],
  },
  {
    name: 'proxy_names',
    family: 'unresolved_name',
    patterns: [
      /host not found in upstream "(?<host>[^":]+)(?::(?<port>\d+))?"/,
      /(?<host>[\w.-]+) could not be resolved \(\d+: (?:Host not found|Operation timed out|Server failure)\)/,
      /could not resolve address '(?<host>[^':]+)/,
      /server \S+ .{0,20}could not resolve address '(?<host>[^':]+)/,
    ],
  },
  {
    name: 'plain_no_such_host',
    family: 'unresolved_name',
    patterns: [/(?<host>[a-z][\w.-]+): no such host/i, /no such host/i],
  },
]

/** TLS handshakes that fail. */
export const tlsFailures: readonly Signature[] = [
  {
    name: 'go_x509',
    family: 'tls',
    patterns: [
      /x509: certificate signed by unknown authority/,
      /x509: certificate has expired or is not yet valid/,
      /x509: certificate is (?:valid for .{1,120}, not (?<host>[\w.-]+)|not valid for any names)/,
      /x509: [^\n"]{1,120}/,
      /tls: (?:failed to verify certificate|bad certificate|handshake failure|unknown certificate|first record does not look like a TLS handshake|private key does not match|failed to find any PEM data)/,
      /http: server gave HTTP response to HTTPS client/,
      /remote error: tls: \w+/,
    ],
  },
  {
    name: 'openssl_verify',
    family: 'tls',
    patterns: [
      /CERTIFICATE_VERIFY_FAILED/,
      /certificate verify failed/i,
      /SSL(?:V3)?[_ ]?(?:routines|ALERT|error).{0,80}(?:handshake failure|unknown ca|wrong version number|certificate expired|sslv3 alert)/i,
      /SSL_CTX_use_PrivateKey|key values mismatch|cannot load certificate (?:key )?"(?<path>[^"]+)"(?![^\n]*(?:No such file|Permission denied))/,
      /hostname ['"]?(?<host>[\w.-]+)['"]? doesn't match/i,
      /could not load (?:server|root|client) certificate (?:file )?"(?<path>[^"]+)"(?![^\n]*(?:No such file|Permission denied))/,
    ],
  },
  {
    name: 'node_tls',
    family: 'tls',
    patterns: [
      /(?:self[- ]signed certificate|unable to verify the first certificate|unable to get (?:local )?issuer certificate|certificate has expired|DEPTH_ZERO_SELF_SIGNED_CERT|UNABLE_TO_VERIFY_LEAF_SIGNATURE|CERT_HAS_EXPIRED|ERR_TLS_CERT_ALTNAME_INVALID)/,
      /Hostname\/IP does not match certificate's altnames/,
      /EPROTO .{0,80}SSL routines/,
    ],
  },
  {
    name: 'java_tls',
    family: 'tls',
    patterns: [
      /PKIX path (?:building|validation) failed/,
      /SSLHandshakeException: [^\n]{0,120}/,
      /CertificateExpiredException|CertificateNotYetValidException/,
      /No subject alternative (?:DNS )?name[s]? matching/,
    ],
  },
  {
    name: 'dotnet_rust_tls',
    family: 'tls',
    patterns: [
      /The remote certificate is invalid/,
      /AuthenticationException: [^\n]{0,60}(?:certificate|TLS|SSL)/,
      /invalid peer certificate: \w+/,
      /TLS handshake (?:failed|error|timeout)/i,
      /SSL connection could not be established|SSL is not enabled on the server|server does not support SSL/,
    ],
  },
]

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
