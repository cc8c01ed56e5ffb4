import type { Decision } from '#src/domain/decision.ts'
import type { WorkflowInfo } from '#src/domain/workflow-info.ts'
import type { Investigation, Investigator } from '#src/incidents/port.ts'

/** An investigation that waits for its test. */
export interface OpenInvestigation extends Investigation {
  answer: PromiseWithResolvers<Decision>
}

const workflow: WorkflowInfo = {
  architecture: 'scripted',
  teams: {
    log: { description: 'Reads logs.', members: [{ name: 'query', description: '', tools: [], handoffs: [] }] },
  },
  stop_conditions: [{ name: 'max_turns', value: 20, description: '' }],
  minds: ['rules'],
  versions: { 'sre-agent': '0.0.0' },
}

/** An investigator that answers when and as its test says. */
export class ScriptedInvestigator implements Investigator {
  readonly open: OpenInvestigation[] = []
  readonly forgotten: string[] = []
  /** Answers at once where given. */
  answerWith: ((request: Investigation) => Decision | Promise<Decision>) | undefined
  #waiting: { count: number; resolve: () => void }[] = []

  async investigate(request: Investigation): Promise<Decision> {
    const answer = Promise.withResolvers<Decision>()
    this.open.push({ ...request, answer })
    this.#waiting = this.#waiting.filter(({ count, resolve }) => {
      if (this.open.length < count) return true
      resolve()
      return false
    })
    return this.answerWith ? this.answerWith(request) : answer.promise
  }

  /** Resolves when that many investigations have begun. */
  begun(count: number): Promise<void> {
    if (this.open.length >= count) return Promise.resolve()
    return new Promise((resolve) => void this.#waiting.push({ count, resolve }))
  }

  forget(run_id: string): Promise<void> {
    this.forgotten.push(run_id)
    return Promise.resolve()
  }

  describe(): WorkflowInfo {
    return workflow
  }
}
