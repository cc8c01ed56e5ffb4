import { describe, expect, it } from 'vitest'
import { missingFacts } from '#src/evaluation/grade-answer.ts'
import { buildAnswer, buildVerdict } from '#test/src/evaluation/build-answer.ts'

const missing = (text: string, keyword: string, truth = keyword): string[] =>
  missingFacts(buildAnswer({ summary: text }), buildVerdict({ keywords: [keyword], root_cause: truth }))

describe('src/evaluation/grade-answer/grade-facts', () => {
  it.each([
    ['unknown flag: --confg', '--confg'],
    ['"--confg=/etc/x" is misspelled', '--confg'],
    ['amount "1.204,50" is no decimal', '1.204,50'],
    ['lookup returns-db.returns-prod: no such host', 'returns-db.returns-prod'],
    ['key "password" of accounts-db-credentials', 'password'],
    ['needs the db-password', 'password'],
    ['pool.size=TEN', 'ten'],
    ['NOT  found', 'not found'],
    ['scaled to 0, wants 2', '0'],
    ['has 0/2 ready', '0'],
    ['listens on :8080.', '8080'],
    ['metrics.k8s.io is missing', 'metrics'],
  ])('finds in %j the fact %j', (text, keyword) => {
    expect(missing(text, keyword)).toEqual([])
  })

  it.each([
    ['it often listens', 'ten'],
    ['unknown flag: --config', '--confg'],
    ['flag x--confg2', '--confg2x'],
    ['passwords and passwd', 'password'],
    ['DB_PASSWORD is set', 'password'],
    ['PAYMENT_PROVIDER_URL_2', 'PAYMENT_PROVIDER_URL'],
    ['at 10.0.4.2', '0'],
    ['takes 45s', '45'],
    ['runAsNonRoot', 'root'],
    ['image 12.41.0', '2.41.0'],
  ])('does not find in %j the fact %j', (text, keyword) => {
    expect(missing(text, keyword)).toEqual([keyword])
  })

  it('takes a keyword for a stem where the truth holds it only at the start of longer words', () => {
    expect(missing('the taint must be tolerated', 'tolerat', 'the pod does not tolerate the taint')).toEqual([])
    expect(missing('it is suspended', 'suspend', 'spec.suspend=true')).toEqual(['suspend'])
    expect(missing('intolerant', 'tolerat', 'does not tolerate')).toEqual(['tolerat'])
  })

  it('wants one of each group', () => {
    const verdict = buildVerdict({ keywords_any: [['selector', 'label'], ['port']] })
    expect(missingFacts(buildAnswer({ summary: 'the label differs' }), verdict)).toEqual(['one of port'])
  })

  it('reads no more than 400 characters of the summary and 300 of a statement', () => {
    const verdict = buildVerdict({ keywords: ['here'] })
    const statement = (text: string) => [{ resource: verdict.resource, statement: text }]
    expect(missingFacts(buildAnswer({ summary: `${' '.repeat(396)}here` }), verdict)).toEqual([])
    expect(missingFacts(buildAnswer({ summary: `${' '.repeat(397)}here` }), verdict)).toEqual(['here'])
    expect(missingFacts(buildAnswer({ root_causes: statement(`${' '.repeat(296)}here`) }), verdict)).toEqual([])
    expect(missingFacts(buildAnswer({ root_causes: statement(`${' '.repeat(297)}here`) }), verdict)).toEqual(['here'])
  })
})
