// When a token is valid. https://www.twilio.com/docs/api/errors/20104

import { isFiniteNumber, own } from '../claims.ts'
import { lastSecond, maxLifetime } from '../limits.ts'
import { codesOf, error, formCodes, warning, type Draft } from './finding.ts'
import { show, showTime } from './show.ts'
import type { Subject } from './subject.ts'

// The year 1973: anything below it is a number of seconds from now.
const firstSecond = 1e8

type Claim = 'exp' | 'nbf' | 'iat'

/** The times. What cannot be compared with others is NaN, which is neither before nor after anything. */
type Times = Readonly<Record<Claim, number>>

/** Judges when a token begins and ends. */
export function* checkTimes(subject: Subject): Generator<Draft> {
  const { claims } = subject
  yield* checkForms(claims)
  const times = {
    exp: comparable('exp', claims),
    nbf: comparable('nbf', claims),
    iat: comparable('iat', claims),
  }
  yield* checkOrder(times, subject)
  yield* checkLifetime(times, subject)
  yield* checkSkew(times, subject)
}

// Each time by itself.
function* checkForms(claims: Subject['claims']): Generator<Draft> {
  yield* checkExpiry(own(claims, 'exp'))
  yield* checkStart('nbf', own(claims, 'nbf'))
  yield* checkStart('iat', own(claims, 'iat'))
}

function* checkExpiry(value: unknown): Generator<Draft> {
  const found = `exp is ${show(value)}`
  const fix = 'Set exp to a whole number of seconds since the epoch'
  if (value === undefined) {
    yield error('time-missing', '/claims/exp', found, `${fix}: the current time plus the lifetime`)
  } else if (isDigits(value)) {
    const detail = `${found}, which is not a number`
    yield warning('time-form', '/claims/exp', detail, 'Write exp as a number, without quotes')
  } else if (!Number.isInteger(value)) {
    yield error('time-form', '/claims/exp', `${found}, which is not a whole number`, fix)
  }
  const time = numberOf(value)
  if (time > lastSecond) {
    const detail = `exp is ${time}, which looks like milliseconds`
    yield error('time-milliseconds', '/claims/exp', detail, inSeconds('exp', time))
  } else if (time < firstSecond) {
    const detail = `exp is ${time}, which looks like a lifetime, because as a time it is in ${yearOf(time)}`
    const fix = 'Set exp to the current time in seconds plus the lifetime'
    yield error('time-relative', '/claims/exp', detail, fix)
  }
}

function* checkStart(claim: 'nbf' | 'iat', value: unknown): Generator<Draft> {
  if (value === undefined) return
  const pointer = `/claims/${claim}`
  const found = `${claim} is ${show(value)}`
  if (!isFiniteNumber(value)) {
    const fix = `Set ${claim} to whole seconds since the epoch, as a number, or omit it`
    yield error('time-form', pointer, `${found}, which is not a number`, fix, formCodes)
  } else if (!Number.isInteger(value)) {
    const fix = `Round ${claim} down to ${Math.floor(value)}`
    yield warning('time-form', pointer, `${found}, which has a fraction`, fix, formCodes)
  }
  const time = numberOf(value)
  if (time > lastSecond) {
    const detail = `${claim} is ${time}, which looks like milliseconds`
    yield error(
      'time-milliseconds',
      pointer,
      detail,
      inSeconds(claim, time),
      codesOf['time-future'],
    )
  }
}

// The times against each other and the current time.
function* checkOrder(times: Times, { now, clockTolerance }: Subject): Generator<Draft> {
  const { exp, nbf, iat } = times
  const clock = () => `the current time is ${showTime(now)}`
  const start = [nbf, iat].findIndex((time) => exp <= time)
  if (start >= 0) {
    const claim = start === 0 ? 'nbf' : 'iat'
    const detail = `exp is ${showTime(exp)}, which is not after ${claim}, ${showTime(times[claim])}: the token is never valid`
    const fix = 'Set exp to the current time in seconds plus the lifetime'
    yield error('time-order', '/claims/exp', detail, fix)
    return
  }
  if (exp <= now - clockTolerance) {
    const detail = `exp is ${showTime(exp)}, and ${clock()}`
    const fix = 'Generate a new token, shortly before the old one expires'
    yield error('time-expired', '/claims/exp', detail, fix)
  }
  for (const claim of ['nbf', 'iat'] as const) {
    const time = times[claim]
    if (!(time > now + clockTolerance)) continue
    const zone = zoneOf(time - now)
    const detail = `${claim} is ${showTime(time)}, ${time - now} seconds ahead, and ${clock()}`
    yield error(
      'time-future',
      `/claims/${claim}`,
      zone === undefined
        ? detail
        : `${detail}: ${zone}, a time zone whose local time was taken for UTC`,
      zone === undefined
        ? `Set the clock of the server that generates the token${claim === 'nbf' ? ', or omit nbf' : ''}`
        : `Compute ${claim} in UTC, as seconds since the epoch`,
    )
  }
}

function* checkLifetime(times: Times, { kind, now, clockTolerance }: Subject): Generator<Draft> {
  const since = (['iat', 'nbf'] as const).find((claim) => isFiniteNumber(times[claim])) ?? 'now'
  const lifetime = times.exp - { ...times, now }[since]
  const detail = () => `exp is ${showTime(times.exp)}, ${lifetime} seconds after ${since}`
  if (lifetime > maxLifetime + (since === 'now' ? clockTolerance : 0)) {
    // Twilio documents the limit for Voice and for access tokens, but not for TaskRouter tokens.
    const draft = kind === 'taskrouter' ? warning : error
    const fix = 'Set exp to less than 86400 seconds (24 hours) after iat'
    yield draft('time-long', '/claims/exp', detail(), fix)
  } else if (lifetime === maxLifetime) {
    // https://www.twilio.com/docs/api/errors/31207 advises a second less.
    const fix = 'Use at most 86399 seconds, because clock skew can push the token over the limit'
    yield warning('time-limit', '/claims/exp', `${detail()}: exactly 24 hours`, fix)
  }
}

function* checkSkew(
  { nbf, iat }: Times,
  { claims, now, clockTolerance }: Subject,
): Generator<Draft> {
  if (nbf !== iat || nbf > now + clockTolerance || isDigits(own(claims, 'nbf'))) return
  const detail = `nbf is ${showTime(nbf)}, and so is iat: a client whose clock is behind rejects the token`
  yield warning('time-skew', '/claims/nbf', detail, 'Omit nbf, or set it to a minute before iat')
}

// A time with a mistake that is reported already is compared with nothing.
function comparable(claim: Claim, claims: Subject['claims']): number {
  const time = numberOf(own(claims, claim))
  const first = claim === 'exp' ? firstSecond : -Infinity
  return time >= first && time <= lastSecond ? time : NaN
}

function numberOf(value: unknown): number {
  const time = isDigits(value) ? Number(value) : value
  return isFiniteNumber(time) ? time : NaN
}

function isDigits(value: unknown): value is string {
  return typeof value === 'string' && /^\d+$/.test(value) && Number.isFinite(Number(value))
}

function inSeconds(claim: Claim, time: number): string {
  return `Set ${claim} to seconds: ${Math.floor(time / 1000)}`
}

function yearOf(time: number): string {
  return time < 0 ? 'a year before 1970' : `${new Date(time * 1000).getUTCFullYear()}`
}

// A server that takes local time for UTC is ahead by an hour or more, in whole half-hours, apart from the seconds since it generated
// the token.
function zoneOf(ahead: number): string | undefined {
  const halves = Math.round(ahead / 1800)
  const isZone = halves > 1 && halves <= 28 && Math.abs(ahead - halves * 1800) <= 60
  return isZone ? `${halves / 2} ${halves === 2 ? 'hour' : 'hours'}` : undefined
}
