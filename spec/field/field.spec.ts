import { diagnose, type DiagnoseOptions, type Finding } from 'twilio-tokens'
import { describe, expect, it } from 'vitest'
import reported from './cases.json' with { type: 'json' }
import variants from './variants.json' with { type: 'json' }
import said from './words.json' with { type: 'json' }

interface Wanted extends Partial<Finding> {
  says?: string[]
}

interface Case {
  id: string
  about: string
  text: string
  secret?: string | string[]
  now: number
  clockTolerance?: number
  want?: Wanted[]
  more?: boolean
  sound?: boolean
}

const cases = [...reported, ...variants] as Case[]

const place = ({ rule, pointer }: Wanted) => `${rule ?? ''} ${pointer ?? ''}`

/** What a finding must match, apart from the texts that it must contain. */
const members = (wanted: Wanted) =>
  Object.fromEntries(Object.entries(wanted).filter(([name]) => name !== 'says'))

const optionsOf = ({ secret, now, clockTolerance }: Case): DiagnoseOptions => ({
  now,
  ...(secret !== undefined && { secret }),
  ...(clockTolerance !== undefined && { clockTolerance }),
})

describe('cases from the field', () => {
  it.each(cases)('diagnose() explains $id: $about', async (test) => {
    const { text, secret, want = [], more, sound } = test
    const findings = await diagnose(text, optionsOf(test))
    const others = findings.filter(({ rule }) => rule !== 'kind-deprecated')
    if (sound === true) expect(others).toEqual([])
    for (const wanted of want) {
      const found = findings.filter(
        ({ rule, pointer }) => rule === wanted.rule && pointer === (wanted.pointer ?? pointer),
      )
      expect(found).toContainEqual(expect.objectContaining(members(wanted)))
      for (const words of wanted.says ?? []) {
        const said = found.map(({ detail, fix }) => `${detail} ${fix}`.toLowerCase())
        expect(said).toContainEqual(expect.stringContaining(words.toLowerCase()))
      }
    }
    if (more !== true) {
      const errors = findings.filter(({ severity }) => severity === 'error')
      const isWanted = (finding: Finding) =>
        want.some((wanted) => place({ pointer: finding.pointer, ...wanted }) === place(finding))
      expect(errors.filter((finding) => !isWanted(finding))).toEqual([])
    }
    const shown = JSON.stringify(findings)
    for (const given of [secret ?? []].flat()) expect(shown).not.toContain(given.trim())
  })

  // So that a change of the words is seen; `npm run rules` writes them anew.
  it.each(cases)('diagnose() says the same about $id as before', async (test) => {
    const findings = await diagnose(test.text, optionsOf(test))
    const texts = findings.map(({ rule, detail, fix }) => `${rule}: ${detail}. ${fix}`)
    expect(texts).toEqual((said as Record<string, string[]>)[test.id])
  })

  it('are 258, of which 36 are sound', () => {
    expect(reported).toHaveLength(258)
    expect((reported as Case[]).filter(({ sound }) => sound)).toHaveLength(36)
  })
})
