// `twilio-tokens capability`: makes a capability token.

import { parseArgs } from 'node:util'
import { TwilioCapability } from '../../index.ts'
import { rejectPositionals, requireVariables, type Command } from '../command.ts'
import { generateOptions, parseParams } from '../options.ts'
import { printToken } from '../print.ts'

export const capability: Command = {
  help: `Usage: twilio-tokens capability [options]

Makes a capability token, for the account in TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN.

  --incoming NAME      may take calls as this client
  --outgoing AP…       may place calls through this TwiML application
  --param NAME=VALUE   reaches the application with each call; may be repeated
  --events             may watch the account's events
  --expires SECONDS    lifetime, 1 to 86400; 3600 if left out

Example:
  twilio-tokens capability --incoming Alice --outgoing APabe7650f654fc34655fc81ae71caa3ff --param city=Oslo --expires 600
`,

  async run(args, environment, terminal) {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: {
        incoming: { type: 'string' },
        outgoing: { type: 'string' },
        param: { type: 'string', multiple: true },
        events: { type: 'boolean' },
        expires: { type: 'string' },
      },
    })
    rejectPositionals(positionals)
    const { incoming, outgoing, param, events, expires } = values
    if (incoming === undefined && outgoing === undefined && events === undefined)
      throw new TypeError('Say what the token allows: --incoming, --outgoing or --events')
    const { TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN } = requireVariables(
      environment,
      'TWILIO_ACCOUNT_SID',
      'TWILIO_AUTH_TOKEN',
    )
    const builder = new TwilioCapability(TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN)
    if (incoming !== undefined) builder.allowClientIncoming(incoming)
    const params = parseParams(param, outgoing)
    if (outgoing !== undefined) builder.allowClientOutgoing(outgoing, params)
    if (events) builder.allowEventStream()
    const now = Math.floor(Date.now() / 1000)
    const token = await builder.generate(generateOptions(expires, now))
    return printToken(token, now, environment, terminal)
  },
}
