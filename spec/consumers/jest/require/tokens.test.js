// The package in Jest as it is without any configuration, which loads CommonJS alone.

const tokens = require('twilio-tokens')

const secret = 'the secret of that account or key'
const generate = (options) =>
  new tokens.AccessToken('AC123123', 'SK123123', secret, { identity: 'alice' })
    .grantVoice({ incomingAllow: true })
    .generate(options)

afterEach(() => {
  jest.useRealTimers()
  jest.restoreAllMocks()
})

test('generate(), inspect(), verify() and diagnose() work', async () => {
  const token = await generate()
  expect(tokens.inspect(token)).toMatchObject({ kind: 'access', identity: 'alice' })
  expect(await tokens.verify(token, secret)).toMatchObject({ kind: 'access', identity: 'alice' })
  expect(await tokens.diagnose(token, { secret })).toEqual([])
})

test('verify() throws an error that instanceof, name and code identify', async () => {
  const error = await tokens.verify('not a token', secret).catch((error) => error)
  expect(error).toBeInstanceOf(tokens.TokenError)
  expect(error).toBeInstanceOf(Error)
  expect(error).toMatchObject({ name: 'TokenError', code: 'ERR_TOKEN_MALFORMED' })
})

test('jest.spyOn() replaces an export', async () => {
  jest.spyOn(tokens, 'verify').mockResolvedValue({ kind: 'access', identity: 'mocked' })
  expect(await require('twilio-tokens').verify('not a token', secret)).toEqual({
    kind: 'access',
    identity: 'mocked',
  })
  expect(tokens.verify).toHaveBeenCalledWith('not a token', secret)
})

test('jest.spyOn() replaces a method of a builder', async () => {
  jest.spyOn(tokens.TwilioCapability.prototype, 'generate').mockResolvedValue('mocked')
  expect(await new tokens.TwilioCapability('AC123123', secret).generate()).toBe('mocked')
})

test('fake timers move the clock', async () => {
  jest.useFakeTimers({ now: 1_800_000_000_000 })
  const token = await generate({ expires: 600 })
  expect(tokens.inspect(token)).toMatchObject({ kind: 'access' })
  jest.setSystemTime(1_800_000_600_000)
  await expect(tokens.verify(token, secret)).rejects.toMatchObject({ code: 'ERR_TOKEN_EXPIRED' })
})

test('jest.resetModules() leaves instanceof as it is', async () => {
  jest.resetModules()
  const again = require('twilio-tokens')
  expect(again.TokenError).not.toBe(tokens.TokenError)
  const error = await again.verify('not a token', secret).catch((error) => error)
  expect(error).toBeInstanceOf(tokens.TokenError)
})
