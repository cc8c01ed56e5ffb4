/*
 * kubectl posts its reviews as protobuf. Only these few messages are read, by the field numbers of the published .proto files.
 */

const magic = Buffer.from('k8s\0')
const attributeNames = ['', 'namespace', 'verb', 'group', 'version', 'resource', 'subresource', 'name']

function readVarint(bytes: Buffer, from: number): { value: number; next: number } {
  let value = 0
  let at = from
  for (let factor = 1; at < bytes.length; factor *= 128) {
    const byte = bytes[at] ?? 0
    at += 1
    value += (byte & 127) * factor
    if (byte < 128) break
  }
  return { value, next: at }
}

/** The length-delimited fields of a message by number; numbers and the like are passed over. */
function readFields(bytes: Buffer): Map<number, Buffer> {
  const fields = new Map<number, Buffer>()
  let at = 0
  while (at < bytes.length) {
    const tag = readVarint(bytes, at)
    const wireType = tag.value % 8
    if (wireType !== 0 && wireType !== 2) throw new Error('unexpected field in a protobuf review')
    const length = readVarint(bytes, tag.next)
    at = wireType === 2 ? length.next + length.value : length.next
    if (wireType === 2) fields.set(Math.floor(tag.value / 8), bytes.subarray(length.next, at))
  }
  return fields
}

function attributesOf(message: Buffer): Record<string, string> {
  const entries = [...readFields(message)].map(([number, value]) => [
    attributeNames[number] ?? '',
    value.toString('utf8'),
  ])
  return Object.fromEntries(entries) as Record<string, string>
}

/** The spec of a review posted as protobuf, in the shape that its JSON would have. */
export function decodeReview(body: Buffer, kind: string): { spec: Record<string, unknown> } {
  if (!body.subarray(0, 4).equals(magic)) throw new Error('no Kubernetes protobuf')
  const empty = Buffer.alloc(0)
  const object = readFields(body.subarray(4)).get(2) ?? empty
  const spec = readFields(readFields(object).get(2) ?? empty)
  if (kind === 'SelfSubjectRulesReview') return { spec: { namespace: spec.get(1)?.toString('utf8') } }
  const [resource, plain] = [spec.get(1), spec.get(2)]
  if (resource !== undefined) return { spec: { resourceAttributes: attributesOf(resource) } }
  const path = readFields(plain ?? empty)
  return { spec: { nonResourceAttributes: { path: path.get(1)?.toString(), verb: path.get(2)?.toString() } } }
}
