import { describe, expect, it } from 'vitest'
import { createRedactor } from '#src/redaction/create-redactor.ts'

const redact = createRedactor(['hunter2-prod'])

describe('src/redaction/create-redactor', () => {
  it.each([
    ['a known secret anywhere', 'login failed with hunter2-prod today', 'hunter2-prod'],
    ['a password beside its name', 'connecting with password=s3cr3t! to db', 's3cr3t!'],
    ['a quoted JSON value', '{"db_password":"pa ss","user":"app"}', 'pa ss'],
    ['credentials in a URL', 'postgres://app:tr0ub4dor@db:5432/app', 'tr0ub4dor'],
    ['a bearer token', 'Authorization: Bearer abcdefghijklmnop', 'abcdefghijklmnop'],
    ['a JWT', 'got eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTYifQ.abcdefgh', 'eyJzdWIiOiIxMjM0NTYifQ'],
    ['a private key', '-----BEGIN RSA PRIVATE KEY-----\nMIIEow\n-----END RSA PRIVATE KEY-----', 'MIIEow'],
    ['a private key cut off', '-----BEGIN PRIVATE KEY-----\nMIIEow', 'MIIEow'],
    ['a cloud key', 'key AKIAIOSFODNN7EXAMPLE used', 'AKIAIOSFODNN7EXAMPLE'],
    ['a random token without a name', 'got q8Zk2LmX9vB4nT7rW1cY5dF0hJ3sA6gE here', 'q8Zk2LmX9vB4nT7rW1cY5dF0hJ3sA6gE'],
    ['a flag', 'mysql --password=abc123', 'abc123'],
  ])('masks %s', (_what, text, secret) => {
    const result = redact(text)
    expect(result).not.toContain(secret)
    expect(result).toContain('[redacted:')
  })

  it.each([
    'required environment variable POSTGRES_PASSWORD is not set',
    'Secret accounts-db-credentials has no key "password", it has username, passwd',
    'secret "ingest-tls" not found',
    'password: is required',
    'registry.acme.internal:5000/shop/storefront@sha256:44908178b54301fdb4a6d47cdc2e10f3cd37781f408fbae3d66b79736c817129',
    'pod checkout-api-7f97d9ffbf-rghqk_checkout(ceafdcbb-2af7-4554-8efa-501dc0690463)',
    'dial tcp 10.96.36.219:5432: connect: connection refused',
    'PASSWORD_FILE=/run/secrets/db',
    'DB_HOST=a-Name-that-goes-on-for-longer-than-liked-0-db',
    'imagePullSecrets names harbor-creds',
  ])('leaves harmless text alone: %s', (text) => {
    expect(redact(text)).toBe(text)
  })

  it('masks a very short secret only where it stands alone', () => {
    const short = createRedactor(['p4x'])
    expect(short('login failed for app/p4x at web-p4xy2')).toBe('login failed for app/[redacted:secret] at web-p4xy2')
  })

  it('takes out what a terminal or a page would obey', () => {
    expect(redact('\u001b[31mred\u001b[0m \u202eevil\u202c\u0007 zero\u200bwidth\ttab\nline')).toBe(
      'red evil zerowidth\ttab\nline',
    )
    expect(redact('\u001b]0;title\u0007after')).toBe('after')
  })

  it('comes back on input made to be slow', () => {
    const hostile = `${'a='.repeat(50_000)}${'://'.repeat(20_000)}${'-----BEGIN '.repeat(5_000)}`
    expect(redact(hostile)).toContain('a=')
  })
})
