// Who has issued a token, and for which account.

import { error, warning, type Finding } from './finding.ts'
import { showSid } from './show.ts'
import { hasPrefix, type Subject } from './subject.ts'

export function* checkParties({ kind, codes, claims: { iss, sub } }: Subject): Generator<Finding> {
  if (kind !== 'access') {
    if (!hasPrefix(iss, 'AC'))
      yield error(codes.party, `iss is ${showSid(iss)}`, "Set iss to the account's SID, AC…")
    return
  }
  if (hasPrefix(iss, 'AC')) {
    yield warning(
      20103,
      `iss is ${showSid(iss)}, an account`,
      'Make an API key, set iss to its SID, SK…, and sign with its secret',
    )
  } else if (!hasPrefix(iss, 'SK')) {
    yield error(20103, `iss is ${showSid(iss)}`, "Set iss to the API key's SID, SK…")
  }
  if (!hasPrefix(sub, 'AC'))
    yield error(20103, `sub is ${showSid(sub)}`, "Set sub to the account's SID, AC…")
}
