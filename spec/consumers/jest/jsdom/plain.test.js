// The package in jsdom as it is: it loads, and says what is missing as soon as it is needed.

const tokens = require('twilio-tokens')

const secret = 'the secret of that account or key'
const access = () => new tokens.AccessToken('AC123123', 'SK123123', secret, { identity: 'alice' })
const sentence = /^Cannot (sign|verify) .*crypto\.subtle.*Jest/

test('jsdom still lacks what the setup file adds', () => {
  expect(globalThis.TextEncoder).toBeUndefined()
  expect(crypto.subtle).toBeUndefined()
})

test('builders work without crypto.subtle', () => {
  expect(access().grantVideo().claims()).toMatchObject({ grants: { identity: 'alice', video: {} } })
})

test.each([
  ['generate()', () => access().generate()],
  ['generate() of a capability', () => new tokens.TwilioCapability('AC123123', secret).generate()],
])('%s rejects with one sentence that names crypto.subtle', async (_, generate) => {
  await expect(generate()).rejects.toThrow(sentence)
})
