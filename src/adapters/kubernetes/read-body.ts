/** The body up to `limit` bytes; what is beyond is not read. */
export async function readBody(
  stream: ReadableStream<Uint8Array> | null,
  limit: number,
  signal: AbortSignal,
): Promise<{ body: Buffer; cut: boolean }> {
  if (!stream) return { body: Buffer.alloc(0), cut: false }
  const chunks: Uint8Array[] = []
  let size = 0
  const reader = stream.getReader()
  try {
    while (size <= limit) {
      signal.throwIfAborted()
      const { done, value } = await reader.read()
      if (done) return { body: Buffer.concat(chunks), cut: false }
      chunks.push(value)
      size += value.byteLength
    }
  } finally {
    await reader.cancel().catch(() => undefined)
  }
  return { body: Buffer.concat(chunks).subarray(0, limit), cut: true }
}
