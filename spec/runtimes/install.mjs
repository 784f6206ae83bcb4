// How the runtimes, and what else is too large for the root's devDependencies, come here: each from a nested package with a lock file.

import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import process from 'node:process'
import { nodeMajors, programs, root } from './find.mjs'

/**
 * Installs a nested package as its lock file has it, unless that is done. A failure is told and is not the end: what is then
 * missing is reported as NOT TESTED.
 *
 * @param {string} folder
 * @param {string} what What it holds, and how large it is.
 * @param {() => boolean} isThere Whether all of it came: npm leaves out what is optional without a word.
 */
export async function install(folder, what, isThere = () => true) {
  const mark = join(root, folder, 'node_modules/.installed') // the lock file as it was then
  const lock = await readFile(join(root, folder, 'package-lock.json'), 'utf8')
  if (existsSync(mark) && (await readFile(mark, 'utf8')) === lock) return
  console.log(`Fetching ${what} from npm into ${folder}/node_modules, once`)
  const command = process.platform === 'win32' ? 'npm.cmd' : 'npm'
  const child = spawn(command, ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], {
    cwd: join(root, folder),
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  const status = await new Promise((resolve) => child.on('error', resolve).on('close', resolve))
  if (status === 0 && isThere()) await writeFile(mark, lock)
  else console.log('Could not fetch all of it')
}

/** What `npm test` fetches. */
export const installRuntimes = () =>
  install('spec/runtimes', 'Deno, Bun, workerd and the edge VM (340 MB on disk)', () =>
    [programs.deno(), programs.bun(), programs.workerd(), programs.edge()].every(
      (program) => program !== undefined,
    ),
  )

/** What the differential spec compares with. */
export const installTwilio = () =>
  install('spec/node/twilio', "Twilio's own library (29 MB on disk)")

/** What mutated tokens are compared with. */
export const installJwt = () => install('spec/node/jwt', 'jose and jsonwebtoken (3 MB on disk)')

/** What drives Chromium, and Twilio's Voice SDK, for `npm test -- --all`. */
export const installBrowserTools = () =>
  install('spec/browser', "Twilio's Voice SDK and what drives a browser (67 MB on disk)")

/** What `npm test -- --all` fetches besides. */
export const installNodes = () =>
  install('spec/runtimes/nodes', 'Node 20, 22, 24 and 26 (740 MB on disk)', () =>
    nodeMajors.every((major) => programs.node(major) !== undefined),
  )

/** What the benches compare with. */
export const installContenders = () =>
  install('bench/contenders', 'the libraries to compare with (35 MB on disk)')
