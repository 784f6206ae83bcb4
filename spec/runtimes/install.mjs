// How the runtimes, and what else is too large for the root's devDependencies, come here: each from a nested package with a lock file.

import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import process from 'node:process'
import { nodeMajors, programs, root } from './find.mjs'

/**
 * @typedef {object} Package
 * @property {string} folder
 * @property {string} what What it contains.
 * @property {number} size Megabytes on disk.
 * @property {boolean} [isForAll] Whether only `npm test -- --all` needs it.
 * @property {() => boolean} [isThere] Whether all of it has come: npm omits optional packages without a word.
 */

const isThere = (...found) => found.every((program) => program !== undefined)

/** @type {Package[]} */
const packages = [
  {
    folder: 'spec/runtimes',
    what: 'Deno, Bun, workerd and the edge VM',
    size: 340,
    isThere: () => isThere(programs.deno(), programs.bun(), programs.workerd(), programs.edge()),
  },
  { folder: 'spec/node/twilio', what: "Twilio's own library", size: 29 },
  { folder: 'spec/node/jwt', what: 'jose and jsonwebtoken', size: 3 },
  {
    folder: 'spec/runtimes/nodes',
    what: `Node ${nodeMajors.join(', ')}`,
    size: 740,
    isForAll: true,
    isThere: () => isThere(...nodeMajors.map(programs.node)),
  },
  {
    folder: 'spec/browser',
    what: "Twilio's Voice SDK and what drives a browser",
    size: 67,
    isForAll: true,
  },
  { folder: 'spec/consumers/typescript', what: 'five compilers', size: 135, isForAll: true },
  { folder: 'spec/consumers/jest', what: 'Jest, NestJS and tsx', size: 150, isForAll: true },
  { folder: 'spec/consumers/bundlers', what: 'bundlers and Next.js', size: 505, isForAll: true },
  { folder: 'spec/consumers/frameworks', what: 'Express and Hono', size: 9, isForAll: true },
]

const markOf = (folder) => join(root, folder, 'node_modules/.installed') // the lock file as it was then
const lockOf = (folder) => readFile(join(root, folder, 'package-lock.json'), 'utf8')

async function isInstalled(folder) {
  const mark = markOf(folder)
  return existsSync(mark) && (await readFile(mark, 'utf8')) === (await lockOf(folder))
}

/**
 * Installs what the tests need and what is missing, and reports before how much that is. Nothing is tried again afterwards in
 * this run, so that the specs do not wait for a network that is not there.
 *
 * @param {boolean} all Whether for `npm test -- --all`.
 */
export async function installAll(all) {
  const missing = []
  for (const one of packages)
    if ((all || !one.isForAll) && !(await isInstalled(one.folder))) missing.push(one)
  if (missing.length > 0) {
    const total = missing.reduce((sum, { size }) => sum + size, 0)
    console.log(
      `Fetching from npm, once: ${total} MB on disk, which takes about ${Math.ceil(total / 200)} min at 20 Mbit/s and more`,
    )
    for (const { folder, what, size } of missing) console.log(`  ${what}: ${size} MB, ${folder}`)
    for (const { folder, what } of missing) await install(folder, what)
  }
  process.env.FETCHED = 'true'
}

/**
 * Installs a nested package as its lock file has it, unless that is done. A failure is reported and is not the end: what is then
 * missing is NOT TESTED.
 *
 * @param {string} folder
 * @param {string} what What it contains, and how large it is.
 */
export async function install(folder, what) {
  if (process.env.FETCHED || (await isInstalled(folder))) return
  console.log(`Fetching ${what} from npm into ${folder}/node_modules, once`)
  const start = performance.now()
  const command = process.platform === 'win32' ? 'npm.cmd' : 'npm'
  const child = spawn(command, ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], {
    cwd: join(root, folder),
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  const status = await new Promise((resolve) => child.on('error', resolve).on('close', resolve))
  const { isThere = () => true } = packages.find((one) => one.folder === folder) ?? {}
  if (status === 0 && isThere()) await writeFile(markOf(folder), await lockOf(folder))
  else console.log('Could not fetch all of it')
  console.log(`after ${((performance.now() - start) / 1000).toFixed(0)} s`)
}

const installOne = (folder) => () => {
  const { what, size } = packages.find((one) => one.folder === folder) ?? {}
  return install(folder, `${what} (${size} MB on disk)`)
}

/** What `npm test` fetches. */
export const installRuntimes = installOne('spec/runtimes')

/** What the differential spec compares with. */
export const installTwilio = installOne('spec/node/twilio')

/** What mutated tokens are compared with. */
export const installJwt = installOne('spec/node/jwt')

/** What drives Chromium, and Twilio's Voice SDK, for `npm test -- --all`. */
export const installBrowserTools = installOne('spec/browser')

/** The other versions of Node, for `npm test -- --all`. */
export const installNodes = installOne('spec/runtimes/nodes')

/** What the benches compare with. */
export const installContenders = () =>
  install('bench/contenders', 'the libraries to compare with (35 MB on disk)')
