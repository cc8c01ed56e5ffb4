import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What the scripted service answers a question with. */
export interface ScriptedAnswer {
  status: number
  body?: unknown
  headers?: Record<string, string>
}

/** What it was asked; `body` is undefined where none was sent. */
export interface ScriptedRequest {
  method: string
  path: string
  body: unknown
  authorization: string | undefined
}

/** A service of a few lines, over real HTTP: it notes what it is asked and answers as told. */
export interface ScriptedService extends AsyncDisposable {
  url: string
  asked: ScriptedRequest[]
  close(): Promise<void>
}

async function readBody(request: IncomingMessage): Promise<unknown> {
  let text = ''
  for await (const chunk of request) text += String(chunk)
  const parsed: unknown = text === '' ? undefined : JSON.parse(text)
  return parsed
}

function send(response: ServerResponse, { status, body, headers }: ScriptedAnswer): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers })
  response.end(typeof body === 'string' ? body : JSON.stringify(body ?? {}))
}

/** Starts a scripted service on a free port; `answer` is asked for each request, `number` counts from 1. */
export async function startScriptedService(
  answer: (body: unknown, number: number, request: ScriptedRequest) => ScriptedAnswer,
): Promise<ScriptedService> {
  const asked: ScriptedService['asked'] = []
  const respond = async (request: IncomingMessage, response: ServerResponse) => {
    const body = await readBody(request)
    const { method = '', url = '', headers } = request
    const noted = { method, path: url, body, authorization: headers.authorization }
    asked.push(noted)
    send(response, answer(body, asked.length, noted))
  }
  const server = createServer((request, response) => {
    respond(request, response).catch(() => response.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const close = async () => {
    if (!server.listening) return
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
  return { url: `http://127.0.0.1:${port}`, asked, close, [Symbol.asyncDispose]: close }
}
