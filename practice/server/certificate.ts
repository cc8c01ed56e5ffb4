import { generate } from 'selfsigned'

/** A key and the certificate that signs itself, both PEM. */
export interface Certificate {
  key: string
  certificate: string
}

/** Makes a certificate for loopback and `host`, good for a day before and a year after. */
export async function createCertificate(host: string): Promise<Certificate> {
  const now = Date.now()
  const day = 86_400_000
  const isAddress = /^[\d.]+$|:/.test(host)
  const made = await generate([{ name: 'commonName', value: 'practice-cluster' }], {
    keyType: 'ec',
    curve: 'P-256',
    algorithm: 'sha256',
    notBeforeDate: new Date(now - day),
    notAfterDate: new Date(now + 365 * day),
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', digitalSignature: true, keyCertSign: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'localhost' },
          { type: 7, ip: '127.0.0.1' },
          ...(isAddress ? [{ type: 7 as const, ip: host }] : [{ type: 2 as const, value: host }]),
        ],
      },
    ],
  })
  return { key: made.private, certificate: made.cert }
}
