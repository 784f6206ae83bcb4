// The package in jsdom as it is: it loads, and says what is missing as soon as it is needed.

const tokens = require('twilio-tokens')

const secret = 'the secret of that account or key'
const access = () => new tokens.AccessToken('AC123123', 'SK123123', secret, { identity: 'alice' })
const sentence = (name) =>
  `Cannot run without ${name}: use https or localhost, Node 20 or newer, or Jest's environment node`

test('jsdom still lacks what the setup file adds', () => {
  expect(globalThis.TextEncoder).toBeUndefined()
  expect(crypto.subtle).toBeUndefined()
})

test('builders work without crypto.subtle', () => {
  expect(access().grantVideo().claims()).toMatchObject({ grants: { identity: 'alice', video: {} } })
})

test('generate() says in one sentence what is missing', async () => {
  await expect(access().generate()).rejects.toThrow(sentence('TextEncoder'))
})

test('inspect() and verify() say it too, and do not call the token malformed', async () => {
  const token = 'e30.e30.AAAA' // an empty header, and no claims
  expect(() => tokens.inspect(token)).toThrow(sentence('TextEncoder'))
  await expect(tokens.verify(token, secret)).rejects.toThrow(sentence('TextEncoder'))
})
