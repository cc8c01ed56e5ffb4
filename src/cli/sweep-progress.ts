import type { CliPorts } from './cli-ports.ts'

/** Says on stderr how far a sweep is. */
export interface SweepProgress {
  /** One more namespace has its answer. */
  step(counts: { issue: number; unknown: number }): void
  /** Leaves no half line behind. */
  end(): void
}

const beginOfLine = '\r\u001b[2K'

/** On a terminal one line that is drawn again; elsewhere a line for every tenth of the way. */
export function createSweepProgress(
  total: number,
  redraw: boolean,
  { stderr }: Pick<CliPorts, 'stderr'>,
): SweepProgress {
  const begun = performance.now()
  let done = 0
  let told = 0
  return {
    step({ issue, unknown }) {
      done++
      const seconds = Math.round((performance.now() - begun) / 1000)
      const line = `${done} of ${total} namespaces: ${issue} with an issue, ${unknown} unknown, ${seconds} s`
      const tenth = Math.floor((done * 10) / total)
      if (redraw) stderr.write(beginOfLine + line.slice(0, Math.max(20, (stderr.columns || 80) - 1)))
      else if (tenth > told) stderr.write(`${line}\n`)
      told = tenth
    },
    end() {
      if (redraw && done > 0) stderr.write(beginOfLine)
    },
  }
}
