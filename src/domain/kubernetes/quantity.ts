const factors: Record<string, number> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
}

/**
 * A Kubernetes quantity as a number: bytes for memory and storage, cores for cpu.
 * Undefined where the text is no quantity, so that a caller cannot take nonsense for zero.
 */
export function parseQuantity(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const match = /^([+-]?[0-9]*\.?[0-9]+(?:[eE][+-]?[0-9]+)?)(n|u|m|k|Ki|M|Mi|G|Gi|T|Ti|P|Pi|E|Ei)?$/.exec(text.trim())
  if (!match) return undefined
  const factor = factors[match[2] ?? '']
  return factor === undefined ? undefined : Number(match[1]) * factor
}

/** Bytes in the binary unit that people write, rounded up to a whole Mi: `640Mi`, `2Gi`. */
export function formatBytes(bytes: number): string {
  const mebibytes = Math.ceil(bytes / 2 ** 20)
  return mebibytes >= 1024 && mebibytes % 1024 === 0 ? `${mebibytes / 1024}Gi` : `${mebibytes}Mi`
}
