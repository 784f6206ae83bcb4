// Runs programs until they end: those of the specs, of the benches, and the runtimes themselves.

import { execFile } from 'node:child_process'
import { root } from './find.mjs'

/**
 * @typedef {{ cwd?: string, env?: Record<string, string | undefined>, signal?: AbortSignal, timeout?: number }} RunOptions
 *   The folder, the repository's root if omitted; the time limit in milliseconds, ten minutes if omitted.
 * @typedef {{ status: number, stdout: string, stderr: string }} Outcome -1 where it was stopped or could not be started.
 */

/**
 * Runs a program until it ends, and hands back what it came to, whatever that is.
 *
 * @param {string} program
 * @param {readonly string[]} args
 * @param {RunOptions} [options]
 * @returns {Promise<Outcome>}
 */
export async function run(program, args, options) {
  const { status, stdout, stderr } = await settled(program, args, options)
  return { status, stdout, stderr }
}

/**
 * Runs a program until it ends, and hands back what it wrote; an error, with all of that, where it failed or took too long.
 *
 * @param {string} program
 * @param {readonly string[]} args
 * @param {RunOptions} [options]
 */
export async function exec(program, args, options) {
  const { problem, stdout, stderr } = await settled(program, args, options)
  if (problem !== undefined) throw new Error(`${problem}\n${stdout}${stderr}`)
  return stdout
}

/**
 * A runtime whose program takes arguments, and prints a result as a line of JSON.
 *
 * @param {string | undefined} program
 * @param {readonly string[]} [args]
 */
export const command = (program, args = []) => ({
  program,
  version: async () => /\d+(\.\d+|-\d+)+/.exec(await exec(program ?? '', ['--version']))?.[0],
  /**
   * @param {readonly string[]} [more]
   * @param {RunOptions} [options]
   */
  run: async (more = [], options = {}) =>
    lastJson(await exec(program ?? '', [...args, ...more], options)),
})

/** @param {string} output */
function lastJson(output) {
  const lines = output.trim().split('\n')
  return JSON.parse(lines.findLast((line) => line.startsWith('{')) ?? '')
}

/**
 * @param {string} program
 * @param {readonly string[]} args
 * @param {RunOptions} [options]
 * @returns {Promise<Outcome & { problem?: string }>}
 */
function settled(program, args, { timeout = 600_000, ...options } = {}) {
  return new Promise((resolve) => {
    const child = execFile(
      program,
      args,
      { cwd: root, timeout, killSignal: 'SIGKILL', maxBuffer: 1 << 26, ...options },
      (error, stdout, stderr) => {
        const outcome = { status: child.exitCode ?? -1, stdout, stderr }
        if (!error) resolve(outcome)
        else
          resolve({
            ...outcome,
            problem: error.killed ? `stopped after ${timeout / 1000} s` : error.message,
          })
      },
    )
    child.stdin?.end()
  })
}
