import type { Signature } from './signature.ts'

/** Names that do not resolve, and TLS handshakes that fail. */
export const namesAndTls: readonly Signature[] = [
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
