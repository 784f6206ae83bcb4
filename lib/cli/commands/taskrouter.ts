// `twilio-tokens taskrouter`: generates a TaskRouter capability token.

import { TaskRouterCapability } from '../../index.ts'
import { parseArguments, UsageError } from '../arguments.ts'
import type { Command } from '../command.ts'
import { generateOptions, requireVariables, withSources } from '../options.ts'
import { printToken } from '../print.ts'
import { rejectWords } from '../words.ts'

const methods = {
  'update-activities': 'allowUpdateActivities',
  'update-reservations': 'allowUpdateReservations',
  'fetch-subresources': 'allowFetchSubresources',
  'update-self': 'allowUpdateSelf',
  'update-subresources': 'allowUpdateSubresources',
  'delete-self': 'allowDeleteSelf',
  'delete-subresources': 'allowDeleteSubresources',
} as const

const workerOptions = ['update-activities', 'update-reservations'] as const

const kinds = {
  workspace: 'value',
  channel: 'value',
  'update-activities': 'flag',
  'update-reservations': 'flag',
  'fetch-subresources': 'flag',
  'update-self': 'flag',
  'update-subresources': 'flag',
  'delete-self': 'flag',
  'delete-subresources': 'flag',
  expires: 'value',
} as const

export const taskrouter: Command = {
  options: kinds,

  help: `Usage: twilio-tokens taskrouter --workspace WS… [options]

Generates a token for TaskRouter.js 1, for the account in TWILIO_ACCOUNT_SID,
signed with TWILIO_AUTH_TOKEN. It always allows fetching the channel and
receiving its events.

  --workspace WS…         the workspace
  --channel WK…|WQ…       the worker or task queue; defaults to the workspace
  --update-activities     let the worker change its activity
  --update-reservations   let the worker accept and reject its reservations
  --fetch-subresources    allow reading everything below the channel
  --update-self           allow changing the channel
  --update-subresources   allow changing everything below the channel
  --delete-self           allow deleting the channel
  --delete-subresources   allow deleting everything below the channel
  --expires DURATION      seconds, or such as 90s, 10m, 1h; at most 24h,
                          defaults to 1h
  --env-file FILE         read variables from a .env file

Example:
  twilio-tokens taskrouter --workspace WS6ac14c1d29a9a36b51c4ff44c3ac8ab1 \\
    --channel WK9d23b8bb0e1ac5a38ac1e3ad9ed9bc5b --update-activities
`,

  async run(args, environment, terminal) {
    const { options, words } = parseArguments(args, kinds)
    rejectWords(words, Object.keys(kinds))
    const { workspace, channel, expires } = options
    const now = Math.floor(Date.now() / 1000)
    const generate = generateOptions(expires, now)
    if (workspace === undefined)
      throw new UsageError('Missing --workspace: the workspace that the token is for')
    for (const option of workerOptions)
      if (options[option] && !channel?.startsWith('WK'))
        throw new UsageError(`Cannot use --${option} without a worker: add --channel WK…`)
    const { accountSid, authToken } = requireVariables(environment, ['accountSid', 'authToken'])
    const sources = {
      accountSid: accountSid.name,
      authToken: authToken.name,
      workspaceSid: '--workspace',
      channelSid: '--channel',
      expires: '--expires',
    }
    const token = await withSources(sources, () => {
      const builder = new TaskRouterCapability(
        accountSid.value,
        authToken.value,
        workspace,
        ...(channel === undefined ? [] : [channel]),
      )
      for (const [option, method] of Object.entries(methods))
        if (Object.hasOwn(options, option)) builder[method]()
      return builder.generate(generate)
    })
    return printToken(token, now, environment, terminal)
  },
}
