// Where the runtimes are, and how they come here.

import { execFile, spawn } from 'node:child_process'
import { existsSync, statSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'

/** The repository's root. */
export const root = fileURLToPath(new URL('../../', import.meta.url))

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
  const child = spawn(command, ['ci', '--no-audit', '--no-fund'], {
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

/** What drives Chromium, and Twilio's Voice SDK, for `npm test -- --all`. */
export const installBrowserTools = () =>
  install('spec/browser', "Twilio's Voice SDK and what drives a browser (67 MB on disk)")

/** What `npm test -- --all` fetches besides. */
export const installNodes = () =>
  install('spec/runtimes/nodes', 'Node 20, 22, 24 and 26 (740 MB on disk)', () =>
    [20, 22, 24, 26].every((major) => programs.node(major) !== undefined),
  )

const here = `${process.platform}-${process.arch}`

/** The program of a runtime, from the nested packages or from the PATH, if there is one. */
export const programs = {
  deno: () => find(`@deno/${here}-glibc/deno`, `@deno/${here}/deno`, 'deno'),
  // Its own script, which is not run, would move the file to the second place.
  bun: () => find(`@oven/bun-${here}/bin/bun`, 'bun/bin/bun.exe', 'bun'),
  // Not node_modules/.bin/workerd: that is a wrapper, which dies alone when it is stopped and leaves workerd running.
  workerd: () => find(`@cloudflare/workerd-${here.replace('x64', '64')}/bin/workerd`, 'workerd'),
  edge: () => find('@edge-runtime/vm/package.json'),
  node: (major) => find(`../nodes/node_modules/node${major}/bin/node`),
  chromium: () => find('chromium', 'google-chrome'),
  firefox: () => find('firefox-esr', 'firefox'),
}

function find(...names) {
  const folders = (process.env.PATH ?? '').split(delimiter)
  return names
    .flatMap((name) => [
      join(root, 'spec/runtimes/node_modules', name),
      ...(name.includes('/') ? [] : folders.map((folder) => join(folder, name))),
    ])
    .find((path) => statSync(path, { throwIfNoEntry: false })?.isFile())
}

/**
 * Runs a program until it ends, and hands back what it wrote; an error, with all of that, where it failed or took too long.
 *
 * @param {string} program
 * @param {string[]} args
 * @param {{ cwd?: string, signal?: AbortSignal, timeout?: number }} options
 * @returns {Promise<string>}
 */
export function exec(program, args, { cwd, signal, timeout = 180_000 } = {}) {
  return new Promise((resolve, reject) => {
    const options = { cwd, signal, timeout, killSignal: 'SIGKILL', maxBuffer: 1 << 26 }
    const child = execFile(program, args, options, (error, stdout, stderr) => {
      if (error)
        reject(
          new Error(
            `${error.killed ? `stopped after ${timeout / 1000} s` : error.message}\n${stdout}${stderr}`,
          ),
        )
      else resolve(stdout)
    })
    child.stdin.end()
  })
}
