import type { Readable } from 'node:stream'

/** The body up to `limit` bytes; what is beyond is not read. Throws where it breaks off. */
export function readBody(stream: Readable, limit: number): Promise<{ body: Buffer; cut: boolean }> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let size = 0
    const end = (cut: boolean) =>
      resolve({ body: chunks.length === 1 && !cut ? chunks[0]! : Buffer.concat(chunks).subarray(0, limit), cut })
    stream.on('data', (chunk: Buffer) => {
      chunks.push(chunk)
      size += chunk.byteLength
      if (size <= limit) return
      end(true)
      stream.destroy()
    })
    stream.on('end', () => end(false))
    stream.on('error', reject)
    stream.on('close', () => reject(new Error('the answer broke off')))
  })
}
