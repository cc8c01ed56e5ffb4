import type { FindingDraft } from '#src/domain/finding.ts'
import type { Remedy } from '#src/domain/action.ts'
import { objectEvidence } from '#src/domain/evidence-draft.ts'
import type { Container } from '#src/domain/kubernetes/objects.ts'
import type { SignatureMatch } from '#src/logs/signatures/signature.ts'
import { buildDraft } from './build-draft.ts'
import type { Situation } from './situation.ts'
import { words } from './words.ts'

/** A port that another process of the pod holds. */
export function judgePort(situation: Situation, match: SignatureMatch): FindingDraft {
  const { pod, spec, view } = situation
  const port = Number(match.facts.port ?? Number.NaN)
  const others = pod.spec.containers.filter((container) => container.name !== spec.name)
  const holder = others.find((container) => claims(container, port)) ?? (others.length === 1 ? others[0] : undefined)
  const shown = Number.isNaN(port) ? 'its port' : `port ${port}`
  const held = holder
    ? `, which container ${holder.name} of the same pod ${claims(holder, port) ? 'declares' : 'may hold'}`
    : ''
  return buildDraft(situation, {
    mechanism: 'port_conflict',
    record: match.record,
    statement: `${words.capital(words.subject(situation))} cannot listen on ${shown} (address already in use)${held}: ${words.quote(match.said, 120)}`,
    confidence: holder && claims(holder, port) ? 0.95 : 0.85,
    confidence_reason: holder
      ? 'the log names the port, and containers of a pod share their ports'
      : 'the log names the port',
    evidence: holder
      ? [
          objectEvidence(
            view.snapshot,
            pod,
            `.spec.containers[?(@.name=="${holder.name}")].ports`,
            `Container ${holder.name} of pod ${pod.metadata.name} declares ${(holder.ports ?? []).map((entry) => entry.containerPort).join(', ') || 'no port'}`,
          ),
        ]
      : [],
    remedies: [otherPort(situation, port)],
  })
}

function claims(container: Container, port: number): boolean {
  return (container.ports ?? []).some((entry) => entry.containerPort === port)
}

/** Variables that name where others listen. */
const others = /TARGET|UPSTREAM|REMOTE|BACKEND|SCRAPE|PROXY_|SERVER_URL|_HOST$|DATABASE|DB_|REDIS|KAFKA/

/** The port of this container is what changes: by the variable or the argument that names it, with a free port asked for. */
function otherPort({ workload, spec, pod }: Situation, port: number): Remedy {
  const used = pod.spec.containers.flatMap((container) => (container.ports ?? []).map((entry) => entry.containerPort))
  const reason = `port ${port} is taken inside the pod`
  const ask = `a free port for container ${spec.name}${used.length > 0 ? ` (taken: ${[...new Set(used)].join(', ')})` : ''}`
  const own = new RegExp(`^(?:\\w+://)?(?:0\\.0\\.0\\.0|\\[?::\\]?|\\*)?:?${port}$`)
  const variables = (spec.env ?? []).filter((entry) => !others.test(entry.name))
  const variable =
    variables.find((entry) => own.test(entry.value ?? '')) ??
    variables.find((entry) => /(?:^|_)(?:PORT|LISTEN|BIND)(?:_ADDR\w*)?$/.test(entry.name))
  const base = { target: workload, reason, risk: 'low' as const, reversible: true }
  if (variable)
    return {
      ...base,
      kind: 'set_env',
      params: { container: spec.name, name: variable.name },
      needs: [{ param: 'value', ask }],
    }
  const field = (spec.command ?? []).some((word) => word.includes(String(port))) ? 'command' : 'args'
  return { ...base, kind: 'set_command', params: { container: spec.name }, needs: [{ param: field, ask }] }
}
