import type { Signature } from './signature.ts'

/** What the Kubernetes API says when a role lacks a verb; facts are its own words. */
const forbidden =
  /(?:\S+ "[^"]*" is forbidden: )?User "system:serviceaccount:(?<account_namespace>[\w-]+):(?<account>[\w.-]+)" cannot (?<verb>[\w*]+) resource "(?<resource>[\w./-]+)"(?: in API group "(?<group>[\w.-]*)")?(?: (?:in the namespace "(?<scope>[\w-]+)"|at the cluster scope))?/

/** Credentials that are refused, and verbs that a service account lacks. */
export const access: readonly Signature[] = [
  { name: 'api_forbidden', family: 'forbidden', patterns: [forbidden], anyLevel: true },
  {
    name: 'api_forbidden_short',
    family: 'forbidden',
    patterns: [/(?<resource>[a-z][\w.]+) (?:"[^"]*" )?is forbidden: (?!.*(?:exceeded quota|PodSecurity|violates))/],
  },
  {
    name: 'postgres_login',
    family: 'authentication',
    patterns: [
      /password authentication failed for user "(?<user>[^"]+)"/,
      /no pg_hba\.conf entry for host .{0,80}?user "(?<user>[^"]+)"/,
      /role "(?<user>[^"]+)" (?:does not exist|is not permitted to log in)/,
      /SASL: SCRAM-SERVER-FIRST-MESSAGE|SASL authentication failed/,
    ],
  },
  {
    name: 'mysql_login',
    family: 'authentication',
    patterns: [
      /Access denied for user '(?<user>[^']*)'@/,
      /Host '[^']+' is not allowed to connect to this (?:MySQL|MariaDB) server/,
    ],
  },
  {
    name: 'redis_login',
    family: 'authentication',
    patterns: [
      /WRONGPASS [^\n]{0,80}/,
      /NOAUTH Authentication required/,
      /ERR (?:invalid password|Client sent AUTH, but no password)/,
    ],
  },
  {
    name: 'broker_login',
    family: 'authentication',
    patterns: [
      /ACCESS_REFUSED - Login was refused|access to vhost '[^']*' refused for user '(?<user>[^']+)'/,
      /SaslAuthenticationException|SASL(?: PLAIN| SCRAM)? authentication (?:failed|error)/i,
      /TopicAuthorizationException|GroupAuthorizationException|Not authorized to access (?:topics|group)/,
    ],
  },
  {
    name: 'mongo_ldap_login',
    family: 'authentication',
    patterns: [
      /MongoServerError: (?:Authentication failed|bad auth)|Authentication failed\.?.{0,40}(?:MongoSecurity|code: 18)/,
      /MongoSecurityException|AuthenticationFailed/,
      /LDAP.{0,60}(?:error code 49|Invalid credentials)/i,
      /Login failed for user '(?<user>[^']*)'/,
      /ORA-01017/,
    ],
  },
  {
    name: 'cloud_credentials',
    family: 'authentication',
    patterns: [
      /(?:InvalidAccessKeyId|SignatureDoesNotMatch|ExpiredToken|UnrecognizedClientException|NoCredentialProviders|(?<!file\.)AccessDenied(?:Exception)?)\b/,
      /Unable to locate credentials|Could not load credentials from any providers|could not find default credentials/i,
      /is not authorized to perform: (?<verb>[\w:*]+)/,
      /invalid_grant|invalid_client\b/,
      /ExpiredTokenException|(?:security token|credentials?)[\w ]{0,30}(?:is|has|have|are) expired/i,
    ],
  },
  {
    name: 'http_refusal',
    family: 'authentication',
    patterns: [
      /\bCode: (?<value>40[13])\. Errors:\s*\* ?[\w ]{3,60}/,
      /\b(?:HTTP(?:\/\d\.\d)?[ /]|status(?: code)?[ :=]+|returned(?: status)? |responded with |code[ :=]+)(?<value>401|403)\b/i,
      /\b(?<value>401|403)\b[ :-]{1,3}(?:Unauthorized|Forbidden|Client Error)/,
      /\bError (?<value>401|403): |\binvalid authentication credentials\b/i,
      /(?:unable|failed|could not|cannot) (?:to )?authenticate user \[?["']?(?<user>[\w.@-]+)/i,
      /(?:invalid|expired|bad|wrong|rejected) (?:api[ -]?key|access token|token|credentials|client secret|jwt)/i,
      /(?:authentication|login|authorization) (?:failed|failure|error|was refused|denied)\b/i,
      /permission denied\s*\* ?(?:invalid token|missing client token)|Vault.{0,40}permission denied/i,
    ],
  },
]
