// Runs programs, for the specs of what is not a module: the README, the command, the package.

import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** The repository's root. */
export const root: string = fileURLToPath(new URL('../../', import.meta.url))

/** What a program came to. */
export interface Outcome {
  status: number
  stdout: string
  stderr: string
}

/** Runs a program in the repository's root until it ends. */
export function run(
  program: string,
  args: readonly string[],
  options: { cwd?: string; env?: NodeJS.ProcessEnv } = {},
): Promise<Outcome> {
  return new Promise((resolve) => {
    const child = execFile(
      program,
      args,
      { cwd: root, timeout: 60_000, maxBuffer: 1 << 26, ...options },
      (_, stdout, stderr) => {
        resolve({ status: child.exitCode ?? -1, stdout, stderr })
      },
    )
    child.stdin?.end()
  })
}
