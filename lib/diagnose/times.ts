// When a token is valid.

import * as check from '../check.ts'
import { parseTime } from '../claims.ts'
import { error, finding, warning, type Finding } from './finding.ts'
import { formatTime, show } from './show.ts'
import type { Subject } from './subject.ts'

export function* checkTimes({
  kind,
  codes,
  claims,
  now,
  clockTolerance,
}: Subject): Generator<Finding> {
  const [exp, nbf, iat] = [claims['exp'], claims['nbf'], claims['iat']].map(parseTime)
  const clock = `the clock shows ${now} (${formatTime(now)})`
  if (exp === undefined || !Number.isInteger(exp)) {
    yield error(
      codes.exp,
      `exp is ${show(claims['exp'])}`,
      'Set exp to whole seconds since the epoch, rounded down',
    )
  } else if (exp > check.lastSecond) {
    yield error(
      codes.tooLong,
      `exp is ${exp}: that is milliseconds`,
      `Set exp to seconds: ${Math.floor(exp / 1000)}`,
    )
  } else {
    if (exp <= now - clockTolerance) {
      yield error(
        codes.expired,
        `exp is ${exp} (${formatTime(exp)}), and ${clock}`,
        'Make a new token, a little before the old one expires',
      )
    }
    const lifetime = exp - (iat ?? now)
    const detail = `exp is ${exp} (${formatTime(exp)}), ${lifetime} seconds after ${iat === undefined ? 'now' : 'the token was made'}`
    if (lifetime > check.maxLifetime + (iat === undefined ? clockTolerance : 0)) {
      // Twilio documents the limit for Voice and for access tokens; of TaskRouter's own tokens it says nothing.
      yield finding(
        kind === 'taskrouter' ? 'warning' : 'error',
        codes.tooLong,
        detail,
        'Let a token live for less than 86400 seconds (24 hours)',
      )
    } else if (lifetime === check.maxLifetime) {
      // https://www.twilio.com/docs/api/errors/31207 advises a second less.
      yield warning(
        codes.tooLong,
        detail,
        'Take 86399 seconds or less: at exactly 24 hours a clock that differs makes it too long',
      )
    }
  }
  for (const [name, time] of Object.entries({ nbf, iat })) {
    if (time === undefined) {
      if (claims[name] !== undefined)
        yield error(
          codes.form,
          `${name} is ${show(claims[name])}`,
          `Set ${name} to whole seconds, or leave it out`,
        )
    } else if (time > now + clockTolerance) {
      const why = time > check.lastSecond ? ': that is milliseconds' : `, and ${clock}`
      yield error(
        20105,
        `${name} is ${time}${why}`,
        'Set the clock of the server that makes the token, and leave nbf out',
      )
    }
  }
  if (nbf !== undefined && nbf === iat) {
    yield warning(
      20105,
      `nbf is ${nbf}, as iat is: a client whose clock runs behind refuses it`,
      'Leave nbf out, or set it a minute back',
    )
  }
}
