// Hostile command lines: options and words in any order, any environment, any input. `fuzzCommand` makes one after another from a seed and
// fails at the first that throws an error, shows a secret, prints what would control a terminal, or breaks what a result promises.

import type { Environment, Result, Terminal } from '../../lib/cli/command.ts'
import { main } from '../../lib/cli/main.ts'
import { token } from '../support/fuzz/tokens.ts'
import { Values } from '../support/fuzz/values.ts'

const names = ['access', 'capability', 'taskrouter', 'inspect', 'webhook', 'page'] as const

// Found nowhere else, so that whatever shows one of them has read it.
const secrets = ['8319002d3167d53e5753dc98fa36a100', 'q8ZtLw3RvN6kYb1Jq8ZtLw3RvN6kYb1J']

// What a command needs before it looks at anything else.
const needed: Readonly<Record<string, readonly string[]>> = {
  access: ['--identity', 'alice'],
  capability: ['--incoming', 'Alice'],
  taskrouter: ['--workspace', 'WS6ac14c1d29a9a36b51c4ff44c3ac8ab1'],
  webhook: ['https://app.example/voice?a=1'],
}

const variables = {
  TWILIO_ACCOUNT_SID: 'AC283fefc63f0cd0e873a0000c6d07ef7b',
  TWILIO_AUTH_TOKEN: secrets[0],
  TWILIO_API_KEY: 'SK123123',
  TWILIO_API_SECRET: secrets[1],
} as const

// A value of the right form for some options: the others receive each other's.
const right = [
  'alice',
  '10m',
  '600',
  'ie1',
  'room',
  'sales=1',
  'To=+15005550006',
  'APabe7650f654fc34655fc81ae71caa3ff',
  'WS6ac14c1d29a9a36b51c4ff44c3ac8ab1',
  'WK123',
  'IS123',
  'body.json',
  'application/json',
  'AAAAAAAAAAAAAAAAAAAAAAAAAAA=',
  'https://app.example/voice',
  'wss://user:p@app.example/?a=1',
  '-',
  '0',
]

// What may not reach a terminal: escape.ts escapes it. Colors are wanted, but only on a terminal.
const controls = /(?!\n)[\p{Cc}\p{Zl}\p{Zp}\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]/u
const colors = /\x1b\[\d+m/g
const timeLimit = 2000

/** What a run came to: how many command lines each command received, and how many ended with each status. */
export interface CommandTally {
  commands: Record<string, number>
  statuses: Record<string, number>
  slowest: number
}

/** Tries as many command lines as asked for. */
export async function fuzzCommand(runs: number, seed: number): Promise<CommandTally> {
  const values = new Values(seed)
  const options = new Map<string, readonly string[]>()
  for (const name of names) {
    const { stdout } = await main([name, '--help'], {}, terminalOf(values, ''), '1.2.3')
    options.set(name, [...new Set(stdout.match(/--[a-z][a-z-]+/g))])
  }
  const tally: CommandTally = { commands: {}, statuses: {}, slowest: 0 }
  for (let run = 0; run < runs; run++) {
    const name = values.pick(names)
    const args = await commandLine(values, name, options.get(name) ?? [])
    try {
      const { status, time } = await attempt(values, args)
      tally.commands[name] = (tally.commands[name] ?? 0) + 1
      tally.statuses[status] = (tally.statuses[status] ?? 0) + 1
      tally.slowest = Math.max(tally.slowest, time)
    } catch (cause) {
      const line = JSON.stringify(args)
      throw new Error(`${line} in run ${run} of seed ${seed}: ${String(cause)}`, { cause })
    }
  }
  return tally
}

async function commandLine(
  values: Values,
  name: string,
  options: readonly string[],
): Promise<string[]> {
  const args: string[] = []
  if (name === 'inspect' && values.chance(0.7)) args.push(...(await pasted(values)))
  if (values.chance(0.8)) args.push(...(needed[name] ?? []))
  for (let count = values.below(4); count > 0; count--) {
    const option = values.chance(0.9)
      ? values.pick(options)
      : `-${values.pick(['', '-'])}${text(values)}`
    const value = values.chance(0.8) ? values.pick(right) : text(values)
    args.push(...values.pick([[option], [option, value], [option, value], [`${option}=${value}`]]))
  }
  if (values.chance(0.2)) args.push(values.chance(0.5) ? values.pick(right) : text(values))
  // A server that listens takes a thousand times as long as the others.
  if (name === 'page' && values.chance(0.98)) args.push('--port', '80')
  return values.chance(0.97) ? [name, ...args] : args
}

async function pasted(values: Values): Promise<string[]> {
  const [made] = await token(values)
  const whole = typeof made === 'string' ? made : text(values)
  return values.pick([
    () => [whole],
    () => ['Bearer', whole],
    () => whole.replace(/.{50}/g, '$& ').split(' '),
    () => [JSON.stringify({ token: whole })],
    () => [whole, whole],
  ])()
}

async function attempt(
  values: Values,
  args: readonly string[],
): Promise<{ status: Result['status']; time: number }> {
  const before = JSON.stringify(args)
  const [made] = await token(values)
  const input = typeof made === 'string' && values.chance(0.7) ? made : text(values)
  const environment = environmentOf(values)
  const terminal = terminalOf(values, input)
  const start = performance.now()
  const { status, stdout, stderr, stop } = await main(args, environment, terminal, '1.2.3')
  const time = performance.now() - start
  stop?.()
  const printed = stdout + stderr
  if (time > timeLimit) throw new Error(`took ${time} ms`)
  if (secrets.some((secret) => printed.includes(secret))) throw new Error('showed a secret')
  const isPlain = [stdout, stderr].every((text, i) => {
    const isTerminal = i === 0 ? terminal.isTTY.stdout : terminal.isTTY.stderr
    return !controls.test(isTerminal ? text.replace(colors, '') : text)
  })
  if (!isPlain) throw new Error('printed what controls a terminal')
  if (status === 2 ? stdout !== '' || stderr === '' : !stdout.endsWith('\n'))
    throw new Error(`printed on the wrong stream with status ${status}`)
  if (status === 2 && /eyJ[\w-]+\.[\w-]{8}/.test(stderr)) throw new Error('quoted a token')
  if (JSON.stringify(args) !== before) throw new Error('changed its arguments')
  if (Reflect.ownKeys(Object.prototype).length !== 12) throw new Error('polluted Object.prototype')
  return { status, time }
}

function environmentOf(values: Values): Environment {
  if (values.chance(0.7)) return variables
  const entries = Object.entries(variables).flatMap(([name, value]) =>
    values.chance(0.7) ? [[name, values.chance(0.7) ? value : text(values)] as const] : [],
  )
  return Object.fromEntries(entries)
}

function terminalOf(values: Values, input: string): Terminal {
  const [stdin, stdout, stderr] = [values.chance(0.3), values.chance(0.3), values.chance(0.3)]
  const isThere = values.chance(0.8)
  const missing = () =>
    Promise.reject(Object.assign(new Error(), { code: values.pick(['ENOENT', 'EACCES', '']) }))
  return {
    isTTY: { stdin, stdout, stderr },
    readInput: () => Promise.resolve(input),
    readBytes: () => (isThere ? Promise.resolve(new TextEncoder().encode(input)) : missing()),
    readPage: () => Promise.resolve('<p>'),
    readVariables: () => (isThere ? Promise.resolve(variables) : missing()),
  }
}

// What a shell may pass: any text without a zero.
function text(values: Values): string {
  return values.text().replaceAll('\0', '')
}
