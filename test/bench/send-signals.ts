import { Client } from 'undici'

/** What a burst of requests came to. */
export interface Burst {
  acknowledged: number
  refused: number
  seconds: number
  /** Of each acknowledged request, in milliseconds. */
  latencies: number[]
}

/** Sends one signal a request, so many connections at once, each with one request under way. */
export async function sendSignals(
  url: string,
  path: string,
  { count, connections, body }: { count: number; connections: number; body: (index: number) => object },
): Promise<Burst> {
  const latencies: number[] = []
  let [next, refused] = [0, 0]
  const begun = performance.now()
  const send = async (): Promise<void> => {
    const client = new Client(url, { pipelining: 1 })
    while (next < count) {
      const text = JSON.stringify(body(next++))
      const sent = performance.now()
      const answer = await client.request({
        path,
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: text,
      })
      await answer.body.dump()
      if (answer.statusCode < 300) latencies.push(performance.now() - sent)
      else refused++
    }
    await client.close()
  }
  await Promise.all(Array.from({ length: connections }, send))
  return { acknowledged: latencies.length, refused, seconds: (performance.now() - begun) / 1000, latencies }
}
