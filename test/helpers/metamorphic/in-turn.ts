import type { Recording, Retold, Transformation } from './recording.ts'

/** One transformation after the other; those that do not fit a recording are passed over. */
export function inTurn(...transformations: Transformation[]): (recording: Recording) => Retold {
  return (recording) =>
    transformations.reduce<Retold>(
      (before, transform) => {
        const retold = transform(before.recording)
        if (!retold) return before
        const image = (text: string): string => (retold.image ?? String)(before.image?.(text) ?? text)
        return { recording: retold.recording, image }
      },
      { recording },
    )
}
