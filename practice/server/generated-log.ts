/** The lines of a log that stands nowhere: each is made when it is asked for, and the same every time. */
export interface GeneratedLog {
  count: number
  line(index: number): string
  ms(index: number): number
}

/** How large, what is to be found in it, and when its last line was written. */
export interface GeneratedLogSize {
  mebibytes: number
  /** Said once, a third of the way through: nothing before and nothing after it speaks of trouble. */
  planted: readonly string[]
  end_ms: number
}

const msPerLine = 20
/** With the stamp that the runtime writes before each line. */
const stampLength = 31
const paths = ['orders', 'baskets', 'customers', 'prices', 'stock', 'shipments', 'returns', 'vouchers']
const verbs = ['GET', 'GET', 'GET', 'POST', 'PUT']
const things = ['order', 'basket', 'price list', 'stock level', 'shipment', 'voucher', 'invoice', 'address']
const deeds = ['stored', 'loaded', 'checked', 'sent', 'merged', 'indexed', 'archived']

/** Spreads neighbours far apart, so that lines follow each other without a visible order. */
function scatter(index: number): number {
  return Math.imul(index ^ (index >>> 13), 0x9e3779b1) >>> 0
}

function pick(words: readonly string[], number: number): string {
  return words[number % words.length] ?? ''
}

/** A line of an everyday service: access log, logger, JSON and logfmt, in turns. */
function everyday(index: number): string {
  const number = scatter(index)
  const [thing, deed] = [pick(things, number >>> 3), pick(deeds, number >>> 7)]
  const took = (number >>> 9) % 180
  switch (number % 5) {
    case 0:
      return `10.244.${number % 7}.${(number >>> 5) % 250} - - "${pick(verbs, number)} /api/${pick(paths, number >>> 4)}/${number % 100_000} HTTP/1.1" 200 ${(number >>> 6) % 9000} "-" "shop-web/4.1" ${took}ms`
    case 1:
      return `{"level":"info","logger":"shop.${pick(paths, number)}","msg":"${thing} ${deed}","id":${number % 1_000_000},"took_ms":${took}}`
    case 2:
      return `level=info component=worker-${number % 16} msg="${thing} ${deed}" id=${number % 1_000_000} duration=${took}ms`
    case 3:
      return `INFO  [worker-${number % 16}] ${thing} ${number % 1_000_000} ${deed} in ${took} ms`
    default:
      return `DEBUG [cache] ${thing} ${number % 1_000_000}: ${number % 3 === 0 ? 'miss, read from the store' : 'hit'}, ${(number >>> 8) % 4096} entries`
  }
}

/** A log of about so many mebibytes, of which nothing is ever held. */
export function generateLog({ mebibytes, planted, end_ms }: GeneratedLogSize): GeneratedLog {
  const sample = Array.from({ length: 500 }, (_, index) => everyday(index).length + stampLength + 1)
  const average = sample.reduce((sum, length) => sum + length, 0) / sample.length
  const count = Math.max(planted.length * 3, Math.round((mebibytes * 1_048_576) / average))
  const place = Math.floor(count / 3)
  return {
    count,
    line: (index) => planted[index - place] ?? everyday(index),
    ms: (index) => end_ms - (count - 1 - index) * msPerLine,
  }
}
