/*
 * One look at a line of a stream, made for hundreds of thousands of lines per second: does it call itself an error? Whoever sees
 * true reads the line properly; what it misses is found by being new.
 */

const headLength = 200
const opening =
  /^(?:panic:|fatal\b|Traceback|Exception|Unhandled|Uncaught|error[ :[]|Error:|FAIL|fail:|crit:|failed to |cannot |could not |[EF]\d{4} )/
/** Fragments of which the words below hold at least one: far quicker to look for. */
const fragments =
  /ERR|FATAL|CRIT|PANIC|SEVERE|EMERG|ALERT|xception|panic|rror|fatal|crit|alert|emerg|err"|"[EF]"|[56]0\b|fault|memory|Killed/
const words =
  /\b(?:ERROR|FATAL|CRITICAL|PANIC|SEVERE|EMERG|CRIT|ALERT|ERR)\b|[[|<](?:error|fatal|crit|critical|alert|emerg|panic)[\]|>]|"(?:level|severity|lvl|levelname|log\.level|@l|s)": ?(?:"(?:err|error|fatal|crit|critical|panic|emerg|severe|E|F|Error|Fatal|Critical)"|[56]0\b)|\b(?:level|lvl|severity)="?(?:err|error|fatal|crit|critical|panic)\b|[a-z](?:Error|Exception)\b(?:: | \(|$)|thread '[^']*' panicked|Segmentation fault|Out of memory|heap out of memory|Killed\b/

/** Whether a line, without escape sequences, reads like an error or worse. */
export function looksBad(line: string): boolean {
  const head = line.length > headLength ? line.slice(0, headLength) : line
  return opening.test(head) || (fragments.test(head) && words.test(head))
}
