// The command as a function, with sample accounts. In no case may it show a secret.

import { expect } from 'vitest'
import type { Environment, Result, Terminal } from '../../lib/cli/command.ts'
import { main } from '../../lib/cli/main.ts'

export const account = {
  TWILIO_ACCOUNT_SID: 'AC283fefc63f0cd0e873a0000c6d07ef7b',
  TWILIO_AUTH_TOKEN: '8319002d3167d53e5753dc98fa36a100',
  TWILIO_API_KEY: 'SK123123',
  TWILIO_API_SECRET: 'the secret of that API key',
}

export const application = 'APabe7650f654fc34655fc81ae71caa3ff'
export const tokenAlone = /^eyJ[\w-]+\.[\w-]+\.[\w-]{43}\n$/

/** Standard streams that are pipes, and standard input that is empty. */
export const pipe: Terminal = {
  isTTY: { stdin: false, stdout: false, stderr: false },
  readInput: () => Promise.resolve(''),
  readBytes: () => Promise.reject(Object.assign(new Error(), { code: 'ENOENT' })),
  readPage: () => Promise.resolve('<p>'),
  readVariables: () => Promise.reject(Object.assign(new Error(), { code: 'ENOENT' })),
}

/** Standard streams that are all the terminal's. */
export const screen: Terminal = { ...pipe, isTTY: { stdin: true, stdout: true, stderr: true } }

/** Runs a command line. */
export async function tool(
  args: readonly string[],
  environment: Environment = account,
  terminal: Partial<Terminal> = {},
): Promise<Result> {
  const result = await main(args, environment, { ...pipe, ...terminal }, '1.2.3')
  for (const secret of [account.TWILIO_AUTH_TOKEN, account.TWILIO_API_SECRET])
    expect(result.stdout + result.stderr).not.toContain(secret)
  return result
}

/** Runs a command line with a text on standard input. */
export const pipeInto = (input: string, args: readonly string[], environment?: Environment) =>
  tool(args, environment, { readInput: () => Promise.resolve(input) })

/** Splits a command line that has no quotes. */
export const words = (line: string): string[] => line.split(' ').filter(Boolean)
