/* Preloaded into a process: its wall clock jumps by the next of FAULT_JUMPS_MS at each SIGUSR2. */

const jumps = (process.env['FAULT_JUMPS_MS'] ?? '').split(',').map(Number)
const Real = globalThis.Date
let offset = 0

class JumpingDate extends Real {
  constructor(...given: unknown[]) {
    if (given.length === 0) super(Real.now() + offset)
    else super(...(given as [number]))
  }

  static override now(): number {
    return Real.now() + offset
  }
}

globalThis.Date = JumpingDate as unknown as DateConstructor
process.on('SIGUSR2', () => {
  offset += jumps.shift() ?? 0
})
