import type { IncomingMessage } from 'node:http'

const limit = 1_048_576

/** The body of a request. Throws on more than a mebibyte. */
export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk as Uint8Array)
    size += bytes.length
    if (size > limit) throw new Error('the body is larger than 1 MiB')
    chunks.push(bytes)
  }
  return Buffer.concat(chunks)
}

/** The JSON body of a request; undefined when there is none. Throws on what is not JSON. */
export async function readJsonBody(request: IncomingMessage): Promise<unknown> {
  const text = (await readBody(request)).toString('utf8')
  return text === '' ? undefined : JSON.parse(text)
}
