// The package as Jest's automock makes it.

jest.mock('twilio-tokens')

const tokens = require('twilio-tokens')

test('jest.mock() mocks the builders and the functions', () => {
  expect(jest.isMockFunction(tokens.verify)).toBe(true)
  const capability = new tokens.TwilioCapability('AC123123', 'secret')
  expect(jest.isMockFunction(capability.generate)).toBe(true)
  expect(tokens.TwilioCapability).toHaveBeenCalledWith('AC123123', 'secret')
})

test('jest.requireActual() has the package itself', async () => {
  const actual = jest.requireActual('twilio-tokens')
  const token = await new actual.TwilioCapability('AC123123', 'the auth token').generate()
  expect(actual.inspect(token)).toMatchObject({ kind: 'capability' })
})
