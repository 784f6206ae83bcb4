// `twilio-tokens access`: makes an access token.

import { parseArgs } from 'node:util'
import { AccessToken } from '../../index.ts'
import { rejectPositionals, requireVariables, type Command } from '../command.ts'
import { generateOptions, parseParams, withOptionalValue } from '../options.ts'
import { printToken } from '../print.ts'

export const access: Command = {
  help: `Usage: twilio-tokens access --identity NAME [options]

Makes an access token, for the account in TWILIO_ACCOUNT_SID and the API key in TWILIO_API_KEY and TWILIO_API_SECRET.

  --identity NAME       who holds the token
  --voice-incoming      may take calls
  --voice-outgoing AP…  may place calls through this TwiML application
  --param NAME=VALUE    reaches the application with each call; may be repeated
  --video [ROOM]        may join this video room; any if none is named
  --chat IS…            may join the conversations of this service
  --sync IS…            may use this Sync service, or default
  --region REGION       the region that takes the token, such as ie1; us1 if left out
  --expires SECONDS     lifetime, 1 to 86400; 3600 if left out

Example:
  twilio-tokens access --identity alice --voice-incoming --voice-outgoing APabe7650f654fc34655fc81ae71caa3ff --video standup
`,

  async run(args, environment, terminal) {
    const { values, positionals } = parseArgs({
      args: withOptionalValue(args, '--video'),
      allowPositionals: true,
      options: {
        identity: { type: 'string' },
        'voice-incoming': { type: 'boolean' },
        'voice-outgoing': { type: 'string' },
        param: { type: 'string', multiple: true },
        video: { type: 'string' },
        chat: { type: 'string' },
        sync: { type: 'string' },
        region: { type: 'string' },
        expires: { type: 'string' },
      },
    })
    rejectPositionals(positionals)
    const {
      identity,
      'voice-incoming': incomingAllow,
      'voice-outgoing': application,
      param,
      video,
      chat,
      sync,
      region,
      expires,
    } = values
    if (identity === undefined) throw new TypeError('Say who holds the token: --identity')
    const isVoice = incomingAllow !== undefined || application !== undefined
    if (!isVoice && video === undefined && chat === undefined && sync === undefined)
      throw new TypeError(
        'Say what the token grants: --voice-incoming, --voice-outgoing, --video, --chat or --sync',
      )
    const variables = requireVariables(
      environment,
      'TWILIO_ACCOUNT_SID',
      'TWILIO_API_KEY',
      'TWILIO_API_SECRET',
    )
    const builder = new AccessToken(
      variables.TWILIO_ACCOUNT_SID,
      variables.TWILIO_API_KEY,
      variables.TWILIO_API_SECRET,
      { identity, ...(region !== undefined && { region }) },
    )
    const params = parseParams(param, application)
    if (isVoice) {
      builder.grantVoice({
        incomingAllow: incomingAllow === true,
        ...(application !== undefined && { outgoingApplicationSid: application }),
        ...(params && { outgoingApplicationParams: unwrapSingleValues(params) }),
      })
    }
    if (video !== undefined) builder.grantVideo(video === '' ? {} : { room: video })
    if (chat !== undefined) builder.grantChat({ serviceSid: chat })
    if (sync !== undefined) builder.grantSync({ serviceSid: sync })
    const now = Math.floor(Date.now() / 1000)
    const token = await builder.generate(generateOptions(expires, now))
    return printToken(token, now, environment, terminal)
  },
}

// A grant is JSON, where a list with one element and a string differ.
function unwrapSingleValues(
  lists: Record<string, string[]>,
): Record<string, string | string[] | undefined> {
  return Object.fromEntries(
    Object.entries(lists).map(([name, list]) => [name, list.length === 1 ? list[0] : list]),
  )
}
