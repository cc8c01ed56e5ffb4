/** One GET. `max_bytes` bounds the decoded body; `on_excess` says whether more is a failure or simply left out. */
export interface HttpRequest {
  path: string
  query?: Record<string, string | number | boolean | undefined>
  timeout_ms: number
  max_bytes: number
  on_excess?: 'fail' | 'cut'
}

/** An answer of the server, whatever its status, or why there was none. Never carries headers or credentials. */
export type HttpAnswer =
  | { kind: 'answer'; status: number; body: Buffer; cut: boolean; retry_after_ms?: number }
  | { kind: 'problem'; problem: 'unreachable' | 'timeout' | 'broken' | 'too_large' | 'credentials'; why: string }

/** An open stream of a watch or a log, or why there is none; a refusal's body is bounded. */
export type StreamAnswer =
  | { kind: 'stream'; stream: ReadableStream<Uint8Array> }
  | { kind: 'refused'; status: number; body: Buffer; retry_after_ms?: number }
  | Extract<HttpAnswer, { kind: 'problem' }>

/** The part of the way to the server that bounded reads need. Throws only on abort. */
export interface HttpReader {
  get(request: HttpRequest, signal: AbortSignal): Promise<HttpAnswer>
}
