// `twilio-tokens access`: generates an access token.

import { AccessToken } from '../../index.ts'
import { parseArguments, UsageError } from '../arguments.ts'
import type { Command } from '../command.ts'
import {
  generateOptions,
  parseNotBefore,
  parseParams,
  requireVariables,
  withSources,
} from '../options.ts'
import { printToken } from '../print.ts'
import { rejectWords } from '../words.ts'

const kinds = {
  identity: 'value',
  'voice-incoming': 'flag',
  'voice-outgoing': 'value',
  param: 'list',
  video: 'optional',
  chat: 'value',
  sync: 'value',
  taskrouter: 'value',
  worker: 'value',
  role: 'value',
  'push-credential': 'value',
  endpoint: 'value',
  region: 'value',
  'not-before': 'value',
  expires: 'value',
} as const

export const access: Command = {
  options: kinds,

  help: `Usage: twilio-tokens access --identity NAME [options]

Generates an access token for the account in TWILIO_ACCOUNT_SID, signed with
the API key in TWILIO_API_KEY and TWILIO_API_SECRET (or TWILIO_API_KEY_SID and
TWILIO_API_KEY_SECRET).

  --identity NAME         the user that the token is for
  --voice-incoming        allow incoming calls
  --voice-outgoing AP…    allow outgoing calls through this TwiML application
  --param NAME=VALUE      pass a parameter to that application; repeatable
  --video [ROOM]          allow joining this room; without ROOM, any room
  --chat IS…              allow the conversations of this service
  --sync IS…              allow this Sync service, or: default
  --taskrouter WS…        allow this workspace; see --worker WK… and --role NAME
  --push-credential CR…   send push notifications (voice; without it, chat)
  --endpoint NAME         identify one of the user's devices (voice and sync)
  --region REGION         the region that accepts the token; defaults to us1
  --not-before TIME       when it becomes valid: a time, or a delay such as 10m
  --expires DURATION      seconds, or such as 90s, 10m, 1h; at most 24h,
                          defaults to 1h
  --env-file FILE         read variables from a .env file

Example:
  twilio-tokens access --identity alice --voice-incoming --video standup
`,

  async run(args, environment, terminal) {
    const { options, words } = parseArguments(args, kinds)
    rejectWords(words, Object.keys(kinds))
    const { identity, param, video, chat, sync, taskrouter, worker, role, region } = options
    const { 'voice-incoming': incomingAllow = false, 'voice-outgoing': application } = options
    const { 'push-credential': pushCredentialSid, endpoint: endpointId } = options
    const now = Math.floor(Date.now() / 1000)
    const generate = generateOptions(options.expires, now)
    const notBefore =
      options['not-before'] === undefined
        ? undefined
        : parseNotBefore(options['not-before'], now, now + (generate.expires ?? 3600))
    const hasVoice = incomingAllow || application !== undefined
    const params = parseParams(param, application, '--voice-outgoing')
    if (identity === undefined)
      throw new UsageError('Missing --identity: the user that the token is for')
    if (taskrouter === undefined)
      for (const [name, value] of Object.entries({ worker, role }))
        if (value !== undefined)
          throw new UsageError(`Cannot use --${name} without --taskrouter: name the workspace`)
    if (!hasVoice && [video, chat, sync, taskrouter].every((grant) => grant === undefined))
      throw new UsageError(
        'Missing a grant: --voice-incoming, --voice-outgoing, --video, --chat, --sync or --taskrouter',
      )
    if (pushCredentialSid !== undefined && !hasVoice && chat === undefined)
      throw new UsageError(
        'Cannot use --push-credential without --voice-incoming, --voice-outgoing or --chat',
      )
    if (endpointId !== undefined && !hasVoice && sync === undefined)
      throw new UsageError(
        'Cannot use --endpoint without --voice-incoming, --voice-outgoing or --sync',
      )

    const needed = requireVariables(environment, ['accountSid', 'keySid', 'keySecret'])
    const { accountSid, keySid, keySecret } = needed
    const sources = {
      accountSid: accountSid.name,
      keySid: keySid.name,
      keySecret: keySecret.name,
      identity: '--identity',
      region: '--region',
      notBefore: '--not-before',
      outgoingApplicationSid: '--voice-outgoing',
      outgoingApplicationParams: '--param',
      params: '--param',
      room: '--video',
      workspaceSid: '--taskrouter',
      workerSid: '--worker',
      role: '--role',
      pushCredentialSid: '--push-credential',
      endpointId: '--endpoint',
      expires: '--expires',
    }
    const token = await withSources(sources, async () => {
      const builder = new AccessToken(accountSid.value, keySid.value, keySecret.value, {
        identity,
        ...(region !== undefined && { region }),
        ...(notBefore !== undefined && { notBefore }),
      })
      if (hasVoice)
        builder.grantVoice({
          incomingAllow,
          ...(application !== undefined && { outgoingApplicationSid: application }),
          ...(params && { outgoingApplicationParams: unwrapSingleValues(params) }),
          ...(pushCredentialSid !== undefined && { pushCredentialSid }),
          ...(endpointId !== undefined && { endpointId }),
        })
      if (video !== undefined) builder.grantVideo(video === '' ? {} : { room: video })
      if (chat !== undefined)
        await withSources({ ...sources, serviceSid: '--chat' }, () =>
          builder.grantChat({
            serviceSid: chat,
            ...(!hasVoice && pushCredentialSid !== undefined && { pushCredentialSid }),
          }),
        )
      if (sync !== undefined)
        await withSources({ ...sources, serviceSid: '--sync' }, () =>
          builder.grantSync({
            serviceSid: sync,
            ...(endpointId !== undefined && { endpointId }),
          }),
        )
      if (taskrouter !== undefined)
        builder.grantTaskRouter({
          workspaceSid: taskrouter,
          ...(worker !== undefined && { workerSid: worker }),
          ...(role !== undefined && { role }),
        })
      return builder.generate(generate)
    })
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
