// Every case from the field, through the library, the command and the logic of the page: they never disagree, except that command
// and page remove white space around a token and take a JSON response apart.

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { diagnose, type Finding } from '../../lib/index.ts'
import { examine, summarize } from '../../lib/report/examine.ts'
import { readPaste } from '../../lib/report/paste.ts'
import { root } from '../runtimes/find.mjs'
import { pipeInto } from './tool.ts'

interface Case {
  id: string
  about: string
  text: string
  secret?: string | string[]
  now?: number
}

const cases = JSON.parse(await readFile(join(root, 'spec/field/cases.json'), 'utf8')) as Case[]

const isSid = (text = '') => /^[A-Z]{2}[0-9a-f]{32}$/i.test(text)

afterEach(() => {
  vi.restoreAllMocks()
})

describe.each(cases)('$id: $about', ({ text, secret: secrets, now = 1_790_000_000 }) => {
  const [secret] = [secrets ?? []].flat()
  const options = secret === undefined ? { now } : { now, secret }

  it('command and page report what the library reports', async () => {
    vi.spyOn(Date, 'now').mockReturnValue(now * 1000)
    const findings = await diagnose(readPaste(text).text, options)
    const candidates = secret === undefined ? [] : [{ name: 'this secret', value: secret }]
    const examination = await examine(text, candidates, () => 'none', now)
    expect(examination.findings).toEqual(findings)

    const environment = { TWILIO_AUTH_TOKEN: secret, TWILIO_API_SECRET: secret }
    const { status, stdout, stderr } = await pipeInto(text, ['inspect', '--json'], environment)
    const hasError = findings.some(({ severity }) => severity === 'error')
    expect({ status, stderr }).toEqual({ status: hasError ? 1 : 0, stderr: '' })
    const printed = JSON.parse(stdout) as {
      findings: Finding[]
      signature: { checked: boolean; valid: boolean | null }
    }
    expect(printed.findings).toEqual(findings)

    // What is said of the signature fits the findings.
    const isWrong = findings.some(({ pointer }) => pointer === '/signature')
    if (printed.signature.checked) expect(printed.signature.valid).toBe(!isWrong)
    else if (secret !== undefined) expect(isWrong).toBe(false)
    const plain = await pipeInto(text, ['inspect'], environment)
    if ((secret ?? '').length >= 8 && !isSid(secret))
      for (const output of [stdout, plain.stdout]) expect(output).not.toContain(secret)
    for (const { rule, code } of findings) {
      expect(plain.stdout).toContain(`  ${rule} at `)
      expect(plain.stdout).toContain(` ${code}: `)
    }
    const isGood = findings.length === 0 && printed.signature.checked
    expect(summarize(examination).level === 'good').toBe(isGood)
    expect(plain.stdout.includes('No problems found')).toBe(isGood)
  })
})

describe('wrappings', () => {
  const taken = cases.filter(({ text }) => readPaste(text).text !== text)

  it('some cases have white space around a token, and some are JSON responses', () => {
    expect(taken.length).toBeGreaterThan(1)
  })

  it.each(taken)('$id: only the wrapping is left out of what the library reports', async (one) => {
    const { text, now = 1_790_000_000 } = one
    const isOther = ({ rule }: Finding) => rule !== 'text-wrapped'
    const whole = await diagnose(text, { now })
    const within = await diagnose(readPaste(text).text, { now })
    expect(within).toEqual(whole.filter(isOther))
  })
})
