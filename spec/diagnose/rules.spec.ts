import type { Rule } from 'twilio-tokens'
import { describe, expect, it } from 'vitest'
import { codesOf } from '../../lib/diagnose/finding.ts'
import { findingsIn } from '../support/subjects.ts'
import { acceptedErrors, samples, type Sample } from './samples.ts'

const rules = Object.keys(samples) as Rule[]

/** The rules that yield a finding for a sample. */
async function rulesFor({ text, secret }: Sample): Promise<Rule[]> {
  const findings = await findingsIn(await text(), secret === undefined ? {} : { secret })
  return findings.map(({ rule }) => rule)
}

describe('the samples of the rules', () => {
  it('are there for every rule, in the order of the findings', () => {
    expect(rules).toEqual(Object.keys(codesOf))
    expect(rules).toEqual(expect.arrayContaining(Object.keys(acceptedErrors)))
  })

  it.each(rules)('of %s break it', async (rule) => {
    expect(await rulesFor(samples[rule].breaks)).toContain(rule)
  })

  it.each(rules)('of %s do not break it', async (rule) => {
    expect(await rulesFor(samples[rule].holds)).not.toContain(rule)
  })

  it.each(rules)('of %s break little else', async (rule) => {
    const found = new Set(await rulesFor(samples[rule].breaks))
    found.delete('kind-deprecated')
    found.delete(rule)
    expect(found.size).toBeLessThan(2)
  })
})
