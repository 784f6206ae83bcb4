// The package in jsdom, with what jsdom lacks taken from Node.

const tokens = require('twilio-tokens')

const secret = 'the secret of that account or key'

test('this is jsdom', () => {
  expect(document.createElement('p')).toBeInstanceOf(HTMLElement)
})

test.each([
  [
    'an access token',
    new tokens.AccessToken('AC123123', 'SK123123', secret, { identity: 'alice' }),
  ],
  ['a capability token', new tokens.TwilioCapability('AC123123', secret).allowClientIncoming('a')],
  ['a TaskRouter token', new tokens.TaskRouterCapability('AC123123', secret, 'WS123')],
])('%s is generated, verified and diagnosed', async (_, builder) => {
  const token = await builder.generate()
  expect(await tokens.verify(token, secret)).toEqual(tokens.inspect(token))
  const findings = await tokens.diagnose(token, { secret })
  expect(findings.filter(({ severity }) => severity === 'error')).toEqual([])
})
