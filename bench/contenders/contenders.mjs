// Those that are compared, in one list. Each has a module beside this one: what it signs and verifies with, and the program that carries it.
// Each must first make the token byte for byte, or verify it.

import { compare } from '../measure.mjs'
import { accountSid, payload } from '../task.mjs'

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
}

/**
 * The programs that make the token with each of them, by name. They stand in a folder beside this file: `imports` has the library,
 * `makesToken` calls it, and `uses` is what a bundle must hold.
 */
export async function loadPrograms() {
  const modules = await Promise.all(Object.values(contenders).map((module) => import(module)))
  return Object.assign({}, ...modules.map(({ programs }) => programs))
}

/** Loads the contenders: functions by name for signing and for verifying, and why some could not be loaded. */
async function load(names) {
  const found = { sign: {}, verify: {}, errors: {} }
  const { default: floor } = await import(contenders.floor)
  const { token, ...tasks } = await floor()
  const add = ({ sign, verify }) => {
    Object.assign(found.sign, sign)
    Object.assign(found.verify, verify)
  }
  add(tasks)
  for (const name of names) {
    try {
      const { default: make } = await import(contenders[name])
      const { errors, ...tasks } = await make(token)
      Object.assign(found.errors, errors)
      for (const [contender, run] of Object.entries(tasks.sign ?? {}))
        await assertToken(contender, run, token)
      for (const [contender, run] of Object.entries(tasks.verify ?? {}))
        await assertVerified(contender, run)
      add(tasks)
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

async function assertVerified(contender, run) {
  const contents = await run()
  if (contents !== true && !JSON.stringify(contents).includes(accountSid))
    throw new Error(`${contender} did not verify the token`)
}

/**
 * Signs and verifies with all contenders, sequentially and 64 concurrently.
 *
 * @param {{ seconds: number, names?: string[], kinds?: string[] }} options how long each of the comparisons takes
 */
export async function measureContenders({
  seconds,
  names = Object.keys(contenders).slice(1),
  kinds = ['sign', 'verify'],
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
