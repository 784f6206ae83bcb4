// What a capability token allows.

import { parseScope } from '../scope.ts'
import { error, warning, type Finding } from './finding.ts'
import { show } from './show.ts'
import { hasPrefix, type Subject } from './subject.ts'

export function* checkKind({ kind, claims: { scope } }: Subject): Generator<Finding> {
  if (kind === 'unknown') {
    yield error(
      20101,
      'the token has neither grants nor scope nor policies',
      'Make it with AccessToken, and grant what its holder may do',
    )
  }
  if (kind !== 'capability') return
  // https://www.twilio.com/docs/voice/sdks/javascript/migrating-capability-token
  yield warning(
    20101,
    'this is a capability token: they are deprecated, and only Voice in US1 takes them',
    'Move over with AccessToken.fromCapability',
  )
  if (typeof scope !== 'string') {
    yield error(
      31204,
      `scope is ${show(scope)}`,
      'Write the scopes as one text, with a space between them',
    )
  } else {
    for (const uri of new Set(scope.split(' '))) {
      const known = parseScope(uri)
      const isRight =
        known.kind === 'outgoing'
          ? hasPrefix(known.applicationSid, 'AP')
          : known.kind !== 'other' || uri === ''
      if (!isRight)
        yield warning(
          31204,
          `${show(uri)} is no scope of Twilio's`,
          'Make the token with TwilioCapability',
        )
    }
  }
}
