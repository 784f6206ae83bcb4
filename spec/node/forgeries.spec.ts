// Mutated tokens, given to this library and to two that read any JSON Web Token. What this library accepts and another rejects must be
// in a closed list, with the reason. `npm test` installs them; `npm test -- --all` tries many more tokens.

import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import process from 'node:process'
import { pathToFileURL } from 'node:url'
import {
  AccessToken,
  TaskRouterCapability,
  TokenError,
  TwilioCapability,
  verify,
} from 'twilio-tokens'
import { describe, expect, it } from 'vitest'
import { root } from '../runtimes/find.mjs'
import { mutations, signedAgain, type Draft } from '../support/fuzz/mutations.ts'
import { Random } from '../support/fuzz/values.ts'

/** What is used of the two. */
interface Jose {
  jwtVerify: (token: string, key: Uint8Array, options: object) => Promise<unknown>
}
interface JsonWebToken {
  verify: (token: string, secret: string, options: object) => unknown
}

const folder = join(root, 'spec/node/jwt')
const isInstalled = existsSync(join(folder, 'node_modules'))
const runs = process.env['ALL'] ? 100_000 : 2000
const now = 1_400_000_000
const secret = 'b7e0c3d4a1f2958677665544332211ff'
const key = new TextEncoder().encode(secret)

/**
 * Where this library accepts what another rejects: which one, the beginning of what it says, and why we read the token all the same.
 */
const more: readonly [library: string, says: string, reason: string][] = [
  [
    'jose',
    'JWTClaimValidationFailed: "exp" claim must be a number',
    'exp as a string of digits is what twilio-java wrote',
  ],
  [
    'jsonwebtoken',
    'JsonWebTokenError: invalid exp value',
    'exp as a string of digits is what twilio-java wrote',
  ],
]

/** A sound token of any kind, in its parts. */
function draft(random: Random): Draft {
  const expires = 1 + random.below(86_400)
  const name = `client${random.below(1000)}`
  const accessToken = () =>
    new AccessToken('AC123', 'SK123', secret, {
      identity: name,
      ...(random.chance(0.5) && { notBefore: now - random.below(1000) }),
      ...(random.chance(0.3) && { region: 'ie1' }),
    })
      .grantVoice({ incomingAllow: random.chance(0.5), outgoingApplicationSid: 'AP123' })
      .grantSync({ serviceSid: 'default' })
  const builder = random.pick([
    () =>
      new TwilioCapability('AC123', secret)
        .allowClientIncoming(name)
        .allowClientOutgoing('AP123', { note: `é ${random.below(1e6)}` }),
    accessToken,
    () => new TaskRouterCapability('AC123', secret, 'WS123', 'WK123'),
  ])()
  const claims: object = builder.claims({ now, expires })
  const header = {
    alg: 'HS256',
    typ: 'JWT',
    ...(builder instanceof AccessToken && { cty: 'twilio-fpa;v=1' }),
  }
  return { header, claims: claims as Record<string, unknown>, secret, random }
}

describe.runIf(isInstalled)('mutated tokens', () => {
  it('are of more than 100 kinds, most of which are signed again', () => {
    expect(mutations.size).toBeGreaterThan(100)
    expect(signedAgain.size / mutations.size).toBeGreaterThan(0.8)
  })

  it(`are accepted here only if jose and jsonwebtoken accept them, or for a reason that is listed (${runs} tokens)`, async () => {
    const jose = (await import(
      pathToFileURL(join(folder, 'node_modules/jose/dist/webapi/index.js')).href
    )) as Jose
    const jsonwebtoken = createRequire(join(folder, 'package.json'))('jsonwebtoken') as JsonWebToken
    const random = new Random(34)
    const kinds = [...mutations]
    const listed = new Map(more.map(([library, says]) => [`${library}: ${says}`, 0]))
    const unlisted = new Map<string, number>()
    const counts = { accepted: 0, 'rejected here alone': 0, 'rejected by all': 0 }
    const untouched = { tried: 0, accepted: 0 }

    for (let run = 0; run < runs; run++) {
      const [kind = '', mutate] = kinds[run % kinds.length] ?? []
      const token = (await mutate?.(draft(random))) ?? ''
      const ours = await verify(token, secret, { now }).then(
        () => undefined,
        (error: unknown) => {
          expect(error, kind).toBeInstanceOf(TokenError)
          return error as TokenError
        },
      )
      const others = {
        jose: await jose
          .jwtVerify(token, key, { algorithms: ['HS256'], currentDate: new Date(now * 1000) })
          .then(() => undefined, described),
        jsonwebtoken: attempt(() =>
          jsonwebtoken.verify(token, secret, { algorithms: ['HS256'], clockTimestamp: now }),
        ),
      }
      if (kind === 'nothing is changed') {
        untouched.tried++
        if (!ours) untouched.accepted++
      }
      const rejections = Object.entries(others).filter(([, says]) => says !== undefined)
      if (ours) counts[rejections.length === 2 ? 'rejected by all' : 'rejected here alone']++
      else counts.accepted++
      if (ours) continue
      for (const [library, says = ''] of rejections) {
        const found = [...listed.keys()].find((one) => `${library}: ${says}`.startsWith(one))
        if (found === undefined) {
          const title = `${kind}: ${library}: ${says}`
          unlisted.set(title, (unlisted.get(title) ?? 0) + 1)
        } else listed.set(found, (listed.get(found) ?? 0) + 1)
      }
    }
    console.log(
      `${runs} tokens of ${kinds.length} kinds, ${signedAgain.size} of them signed again:`,
      counts,
      Object.fromEntries(listed),
    )
    expect(Object.fromEntries(unlisted)).toEqual({})
    // Nothing in the list is there without a case, and a token that was not touched is accepted.
    for (const [one, count] of listed) expect(count, one).toBeGreaterThan(0)
    expect(untouched.accepted).toBe(untouched.tried)
    expect(untouched.tried).toBeGreaterThan(0)
    expect(counts.accepted).toBeGreaterThan(runs / 20)
  }, 1_800_000)
})

function described(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error)
}

/** What a call throws, in words. */
function attempt(call: () => unknown): string | undefined {
  try {
    call()
    return undefined
  } catch (error) {
    return described(error)
  }
}
