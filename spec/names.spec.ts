import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  closest,
  hasNameCharacters,
  isReadableSid,
  isRegion,
  isSid,
  plainName,
  regionOfEdge,
} from '../lib/names.ts'

const digits = '0123456789abcdef'.repeat(2)

describe('isSid', () => {
  it.each([
    ['a SID with 32 digits', `AC${digits}`],
    ['an example with one digit', 'AC1'],
    ['an example of twilio-python', 'AC123123'],
    ['an example with letters of both cases', 'ACxYz'],
    ['an example of 15 characters', `AC${'1'.repeat(13)}`],
  ])('accepts %s', (_, value) => {
    expect(isSid(value, 'AC')).toBe(true)
    expect(isReadableSid(value, 'AC')).toBe(true)
    expect(isSid(value, 'SK')).toBe(false)
    expect(isReadableSid(value, 'SK')).toBe(false)
  })

  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['a number', 123],
    ['a list of a SID', [`AC${digits}`]],
    ['an empty string', ''],
    ['a prefix alone', 'AC'],
    ['a prefix in lower case', `ac${digits}`],
    ['16 characters', `AC${'1'.repeat(14)}`],
    ['a SID that was cut', `AC${digits.slice(1)}`],
    ['a SID that is too long', `AC${digits}0`],
    ['a doubled SID', `AC${digits}AC${digits}`],
    ['a placeholder', `AC${'x'.repeat(32)}`],
    ['a digit that is not hexadecimal', `AC${digits.slice(1)}g`],
    ['a line feed at the end', `AC${digits}\n`],
    ['a line feed after an example', 'AC123\n'],
    ['a space before it', ` AC${digits}`],
    ['a hyphen', 'AC-123'],
    ['a letter beyond ASCII', 'AC12é'],
  ])('rejects %s', (_, value) => {
    expect(isSid(value, 'AC')).toBe(false)
    expect(isReadableSid(value, 'AC')).toBe(false)
  })

  it('rejects capital digits, which isReadableSid accepts', () => {
    const capitals = `AC${digits.toUpperCase()}`
    expect(isSid(capitals, 'AC')).toBe(false)
    expect(isReadableSid(capitals, 'AC')).toBe(true)
  })
})

describe('hasNameCharacters', () => {
  it('accepts the 81 printable ASCII characters that a URI can contain', () => {
    const ascii = Array.from({ length: 128 }, (_, i) => String.fromCharCode(i))
    const accepted = ascii.filter(hasNameCharacters)
    expect(accepted).toHaveLength(81)
    expect(accepted.join('')).toMatch(/^[!-~]+$/)
    for (const character of ' <>#%"{}|\\^[]`') expect(accepted).not.toContain(character)
  })

  it.each(['', 'é', '\u00a0', '😀', '\ud83d', 'Al ice', 'Alice\n'])('rejects %j', (text) => {
    expect(hasNameCharacters(text)).toBe(false)
  })
})

describe('isRegion', () => {
  it.each(['us1', 'ie1', 'au1', 'jp1', 'jp2', 'in1', 'za9'])('accepts %s', (region) => {
    expect(isRegion(region)).toBe(true)
  })

  it.each<unknown>([
    ...[
      '',
      'ie',
      'ie12',
      'i1',
      'IE1',
      'ie1 ',
      'ie1\n',
      'us1-ix',
      'xus1',
      'é11',
      'ireland',
      'dublin',
    ],
    ...['de1', 'sg1', 'br1', 'us2'], // old ids of edges
    ...[undefined, null, 1, ['ie1']],
  ])('rejects %j', (region) => {
    expect(isRegion(region)).toBe(false)
  })
})

describe('regionOfEdge', () => {
  // https://www.twilio.com/docs/global-infrastructure/understanding-edge-locations
  it.each<[edge: string, region: string]>([
    ['dublin', 'ie1'],
    ['sydney', 'au1'],
    ['tokyo', 'jp1'],
    ['osaka', 'jp2'],
    ...['ashburn', 'umatilla', 'frankfurt', 'singapore', 'sao-paulo', 'roaming', 'gll'].map(
      (edge): [string, string] => [edge, 'us1'],
    ),
    ...['de1', 'sg1', 'br1', 'us2'].map((edge): [string, string] => [edge, 'us1']),
  ])('finds the region of %s', (edge, region) => {
    expect(regionOfEdge(edge)).toBe(region)
    expect(isRegion(region)).toBe(true)
  })

  it('finds none for other words, and none on a prototype', () => {
    for (const word of ['ie1', 'ireland', '', 'constructor', '__proto__'])
      expect(regionOfEdge(word)).toBeUndefined()
  })
})

describe('plainName', () => {
  it.each([
    ['serviceSid', 'service_sid'],
    ['serviceSid', 'ServiceSID'],
    ['serviceSid', 'service-sid'],
    ['outgoingApplicationSid', 'outgoing_app_sid'],
  ])('is the same for %s and %s', (name, other) => {
    expect(plainName(other)).toBe(plainName(name))
  })
})

describe('closest', () => {
  const known = ['workspaceSid', 'workerSid', 'role', 'outgoingApplicationSid']

  it.each([
    ['workerSid', 'workerSid'],
    ['worker_sid', 'workerSid'],
    ['WORKER-SID', 'workerSid'],
    ['worker', 'workerSid'], // contained
    ['theWorkerSid', 'workerSid'], // contains
    ['wokerSid', 'workerSid'], // one missing
    ['workkerSid', 'workerSid'], // one added
    ['workarSid', 'workerSid'], // another
    ['wokrerSid', 'workerSid'], // two exchanged
    ['appSid', 'outgoingApplicationSid'],
    ['sid', 'workspaceSid'], // the first of several
    ['roles', 'role'],
  ])('finds for %s the name %s', (name, meant) => {
    expect(closest(name, known)).toBe(meant)
  })

  it.each<[title: string, name: string]>([
    ...['', 'id', '_', 'identity', 'wrkrSd', '__proto__', 'constructor'].map(
      (name): [string, string] => [JSON.stringify(name), name],
    ),
    ['a million characters', 'x'.repeat(1e6)],
  ])('finds none for %s', (_, name) => {
    expect(closest(name, known)).toBeUndefined()
  })

  it('shares words with one slip of the pen only if they have more than five letters', () => {
    expect(closest('fooFliterBarBaz', ['filterAll'])).toBe('filterAll')
    expect(closest('fooClaerBarBaz', ['clearAll'])).toBeUndefined()
  })

  it('judges names of at most 64 characters', () => {
    expect(closest(`${'x'.repeat(60)}role`, known)).toBe('role')
    expect(closest(`${'x'.repeat(61)}role`, known)).toBeUndefined()
  })

  it('finds every name with one slip of the pen in it', () => {
    const letter = fc.constantFrom(...'abcdefghijklmnopqrstuvwxyzABCXYZ_-')
    const slip = fc.constantFrom('missing', 'added', 'another')
    const name = 'deploymentRoleSid'
    fc.assert(
      fc.property(fc.nat({ max: name.length - 1 }), letter, slip, (at, letter, slip) => {
        const kept = slip === 'added' ? at : at + 1
        const wrong = name.slice(0, at) + (slip === 'missing' ? '' : letter) + name.slice(kept)
        expect(closest(wrong, ['serviceSid', name, 'pushCredentialSid'])).toBe(name)
      }),
    )
  })
})
