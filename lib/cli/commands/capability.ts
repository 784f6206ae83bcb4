// `twilio-tokens capability`: generates a capability token.

import { TwilioCapability } from '../../index.ts'
import { parseArguments, UsageError } from '../arguments.ts'
import type { Command } from '../command.ts'
import { generateOptions, parseParams, requireVariables, withSources } from '../options.ts'
import { printToken } from '../print.ts'
import { rejectWords } from '../words.ts'

const kinds = {
  incoming: 'value',
  outgoing: 'value',
  param: 'list',
  events: 'flag',
  expires: 'value',
} as const

export const capability: Command = {
  options: kinds,

  help: `Usage: twilio-tokens capability [options]

Generates a capability token for the account in TWILIO_ACCOUNT_SID, signed with
TWILIO_AUTH_TOKEN. Twilio has deprecated these tokens: a new application needs
an access token.

  --incoming NAME      allow incoming calls to this client
  --outgoing AP…       allow outgoing calls through this TwiML application
  --param NAME=VALUE   pass a parameter to that application; repeatable
  --events             allow watching the events of the account
  --expires DURATION   seconds, or such as 90s, 10m, 1h; at most 24h,
                       defaults to 1h
  --env-file FILE      read variables from a .env file

Example:
  twilio-tokens capability --incoming Alice --param city=Oslo --expires 10m \\
    --outgoing APabe7650f654fc34655fc81ae71caa3ff
`,

  async run(args, environment, terminal) {
    const { options, words } = parseArguments(args, kinds)
    rejectWords(words, Object.keys(kinds))
    const { incoming, outgoing, param, events, expires } = options
    const now = Math.floor(Date.now() / 1000)
    const generate = generateOptions(expires, now)
    const params = parseParams(param, outgoing, '--outgoing')
    if (incoming === undefined && outgoing === undefined && events === undefined)
      throw new UsageError('Missing what the token allows: --incoming, --outgoing or --events')
    const { accountSid, authToken } = requireVariables(environment, ['accountSid', 'authToken'])
    const sources = {
      accountSid: accountSid.name,
      authToken: authToken.name,
      clientName: '--incoming',
      applicationSid: '--outgoing',
      params: '--param',
      expires: '--expires',
    }
    const token = await withSources(sources, () => {
      const builder = new TwilioCapability(accountSid.value, authToken.value)
      if (incoming !== undefined) builder.allowClientIncoming(incoming)
      if (outgoing !== undefined) builder.allowClientOutgoing(outgoing, params)
      if (events) builder.allowEventStream()
      return builder.generate(generate)
    })
    return printToken(token, now, environment, terminal)
  },
}
