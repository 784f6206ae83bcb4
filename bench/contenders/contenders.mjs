// All contenders in one list. Each has a module in this folder: the functions that are timed, and a program that uses it.
// Before anything is timed, each must create the token byte for byte, or accept the token or the webhook.

import { compare } from '../measure.mjs'
import { accountSid, payload, webhookPairs } from '../task.mjs'

/** The modules by name; the first two are always there, the others need the packages of package.json. */
export const contenders = {
  floor: './floor.mjs',
  ours: './ours.mjs',
  jose: './jose.mjs',
  hono: './hono.mjs',
  tsndr: './tsndr.mjs',
  'fast-jwt': './fast-jwt.mjs',
  jsonwebtoken: './jsonwebtoken.mjs',
  twilio: './twilio.mjs',
  'twilio webhooks': './twilio-webhook.mjs',
}

/**
 * The programs that make the token with each of them, by name. They stand in a folder beside this file: `imports` has the library,
 * `makesToken` calls it, and `uses` is what a bundle must hold.
 */
export async function loadPrograms() {
  const modules = await Promise.all(Object.values(contenders).map((module) => import(module)))
  return Object.assign({}, ...modules.map(({ programs }) => programs))
}

/** Loads the contenders: functions by kind and name, and why some could not be loaded. */
async function load(names) {
  const { default: floor } = await import(contenders.floor)
  const { token, webhookSignature, ...found } = await floor()
  found.errors = {}
  const assertions = {
    sign: (contender, run) => assertToken(contender, run, token),
    verify: assertVerified,
    diagnose: assertVerified,
    webhook: assertWebhook,
  }
  for (const name of names) {
    try {
      const { default: make } = await import(contenders[name])
      for (const [kind, functions] of Object.entries(await make(token, webhookSignature))) {
        for (const [contender, run] of Object.entries(functions)) {
          await assertions[kind](contender, run)
          found[kind][contender] = run
        }
      }
    } catch (error) {
      found.errors[name] = String(error).split('\n')[0]
    }
  }
  return found
}

/** Nothing is timed that does not make this token; one of twilio has an `iat` and the clock's `exp`, and is compared without them. */
async function assertToken(contender, run, expected) {
  const token = await run()
  if (contender === 'twilio') {
    const { iat, ...claims } = JSON.parse(atob(token.split('.')[1]))
    if (
      Number.isInteger(iat) &&
      JSON.stringify({ ...claims, exp: 0 }) === JSON.stringify({ ...payload, exp: 0 })
    )
      return
  } else if (token === expected) return
  throw new Error(`${contender} made another token: ${token}`)
}

/** `diagnose` finds that capability tokens are deprecated, and no more. */
async function assertVerified(contender, run) {
  const result = await run()
  const isDiagnosis = Array.isArray(result) && result[0]?.rule === 'kind-deprecated'
  const isRight = isDiagnosis ? result.length === 1 : JSON.stringify(result).includes(accountSid)
  if (result !== true && !isRight) throw new Error(`${contender} did not verify the token`)
}

async function assertWebhook(contender, run) {
  const result = await run()
  const params = new URLSearchParams(result === true ? webhookPairs : (result.params ?? result))
  if (params.size !== webhookPairs.length)
    throw new Error(`${contender} did not verify the webhook`)
}

/**
 * Times all contenders at everything they do, sequentially and 64 concurrently.
 *
 * @param {{ seconds: number, names?: string[], kinds?: string[] }} options how long each of the comparisons takes
 */
export async function measureContenders({
  seconds,
  names = Object.keys(contenders).slice(1),
  kinds = ['sign', 'verify', 'webhook', 'diagnose'],
}) {
  const { errors, ...tasks } = await load(names)
  const results = {}
  for (const kind of kinds) {
    results[kind] = {}
    for (const [shape, concurrency] of [
      ['sequential', 1],
      ['64 concurrent', 64],
    ]) {
      results[kind][shape] = await compare(tasks[kind], { concurrency, seconds })
    }
  }
  return { errors, ...results }
}
