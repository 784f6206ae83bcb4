// Whom a token is for.

import * as check from '../check.ts'
import { isObject } from '../claims.ts'
import { parseScope } from '../scope.ts'
import { error, warning, type Finding } from './finding.ts'
import { show } from './show.ts'
import type { Subject } from './subject.ts'

export function* checkNames({ kind, claims: { scope, grants } }: Subject): Generator<Finding> {
  const names = new Set<unknown>()
  if (kind === 'capability' && typeof scope === 'string') {
    for (const known of scope.split(' ').map(parseScope)) {
      if (
        (known.kind === 'incoming' || known.kind === 'outgoing') &&
        known.clientName !== undefined
      )
        names.add(known.clientName)
    }
  }
  if (isObject(grants)) {
    const { identity, voice } = grants
    if (typeof identity === 'string' && identity.length > check.maxNameLength) {
      yield error(
        51003,
        `identity has ${identity.length} characters`,
        `Take at maxFindingsPerRule ${check.maxNameLength} characters`,
      )
    }
    if (voice !== undefined && typeof identity === 'string') names.add(identity)
  }
  for (const name of names) yield* checkName(name as string) // only texts were added
}

// https://www.twilio.com/docs/voice/twiml/client, and RFC 2396 section 2.4.3 for the characters.
function* checkName(name: string): Generator<Finding> {
  const which = `the client name ${show(name)}`
  if (!check.hasNameCharacters(name)) {
    const fix =
      'Take ASCII letters, digits and _: no spaces, no control characters, nothing beyond ASCII, none of <>#%"{}|\\^[]`'
    yield error(
      31105,
      name === ''
        ? 'the client name is empty'
        : `${which} has characters that a client cannot have`,
      fix,
    )
  } else if (name.length > check.maxNameLength) {
    yield error(
      31105,
      `${which} has ${name.length} characters`,
      `Take at maxFindingsPerRule ${check.maxNameLength} characters`,
    )
  } else if (!/^\w{1,121}$/.test(name)) {
    yield warning(
      31105,
      `only newer SDKs take ${which}, of ${name.length} characters`,
      'Take at maxFindingsPerRule 121 letters, digits and _',
    )
  }
}
