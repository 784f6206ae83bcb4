import { describe, expect, it } from 'vitest'
import { maskSecrets } from '../../lib/report/mask.ts'
import type { Finding } from 'twilio-tokens'

const secret = '8319002d3167d53e5753dc98fa36a100'
const exposed = (pointer: string) => ({ rule: 'secret-exposed', pointer }) as Finding

describe('maskSecrets()', () => {
  it('maskSecrets() replaces a given secret in values and names', () => {
    const parts = {
      header: { kid: `key ${secret}` },
      claims: { list: [secret, 1, null], deep: { [secret]: true }, iss: 'AC1' },
      signature: 'c2ln',
    }
    const masked = maskSecrets(parts, [secret], [exposed('/header/kid')])
    expect(JSON.stringify(masked)).not.toContain(secret)
    expect(masked).toEqual({
      header: { kid: '(a secret)' },
      claims: { list: ['(a secret)', 1, null], deep: { '(a secret)': true }, iss: 'AC1' },
      signature: 'c2ln',
    })
  })

  it('maskSecrets() replaces what was found to be a secret, if none is given', () => {
    expect(maskSecrets({ claims: { iss: secret } }, [], [exposed('/claims/iss')])).toEqual({
      claims: { iss: '(a secret)' },
    })
  })

  it('maskSecrets() changes nothing if no secret is exposed, or if it is too short', () => {
    const parts = { claims: { iss: 'AC123', identity: 'alice' } }
    expect(maskSecrets(parts, ['AC123'], [])).toEqual(parts)
    expect(maskSecrets(parts, ['alice'], [exposed('/claims/jti')])).toEqual(parts)
  })

  it('maskSecrets() ends where claims are nested too deep to read', () => {
    const depth = 50_000
    const deep: unknown = JSON.parse(`${'['.repeat(depth)}${']'.repeat(depth)}`)
    expect(JSON.stringify(maskSecrets({ claims: { deep } }, [], []))).toContain('…')
  })
})
