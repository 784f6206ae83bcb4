// Starts the programs of spec/examples as their users would: with the package from its tarball, each in its own runtime.

import { build } from 'esbuild'
import { spawn } from 'node:child_process'
import { cp, mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { programs, root } from './find.mjs'
import { exec } from './run.mjs'
import { writeConfig } from './workerd.mjs'

/** The variables of the programs; none is real. */
export const settings = {
  TWILIO_ACCOUNT_SID: 'AC283fefc63f0cd0e873a0000c6d07ef7b',
  TWILIO_AUTH_TOKEN: '8319002d3167d53e5753dc98fa36a100',
  TWILIO_API_KEY: 'SKfa2c0a4b0d8a4f5d9d3e7b1c6a5f4e3d',
  TWILIO_API_SECRET: 'Yq3tq0oJvX2m8Gd4uRkWzP7sLbN1cTfA',
  TWILIO_APPLICATION_SID: 'APabe7650f654fc34655fc81ae71caa3ff',
  TWILIO_NUMBER: '+15005550001',
  ORIGIN: 'https://app.example', // as if a proxy stood before them
  SESSION_SECRET: 'the secret of the sessions in the specs',
}

/**
 * Installs the tarball of `npm pack` into a project that `npm init -y` has created, and copies the example programs into it;
 * dist/ must have been built.
 *
 * @returns {Promise<string>} The folder.
 */
export async function installTarball() {
  const folder = await mkdtemp(join(tmpdir(), 'consumer-'))
  await exec('npm', ['pack', '--ignore-scripts', '--pack-destination', folder], { cwd: root })
  const tarball = (await readdir(folder)).find((file) => file.endsWith('.tgz'))
  await exec('npm', ['init', '-y'], { cwd: folder })
  await exec('npm', ['install', '--offline', '--no-audit', '--no-fund', `./${tarball}`], {
    cwd: folder,
  })
  await cp(join(root, 'spec/examples'), folder, { recursive: true })
  return folder
}

/** Bundles a Worker as wrangler does. */
export const bundleWorker = (folder, entry, outfile) =>
  build({
    absWorkingDir: folder,
    entryPoints: [entry],
    outfile,
    bundle: true,
    format: 'esm',
    target: 'es2022',
    conditions: ['workerd', 'worker', 'browser'],
    external: ['cloudflare:*'],
    metafile: true,
  })

/** @typedef {Record<string, string | undefined>} Variables Environment variables, besides `settings` or in their place. */

/**
 * A Worker in workerd, without flags; its variables come from the environment.
 *
 * @param {string} folder
 * @param {string} [entry]
 * @param {string} [date] The compatibility date; the newest that workerd accepts if omitted.
 * @param {Variables} [variables]
 */
export async function startWorkerd(folder, entry = 'worker.ts', date, variables) {
  await bundleWorker(folder, entry, 'worker.js')
  const args = async (port) => {
    const modules = { 'worker.js': join(folder, 'worker.js') }
    const config = { date, modules, variables: Object.keys(settings), port }
    await writeConfig(join(folder, 'worker.capnp'), config)
    return ['serve', 'worker.capnp']
  }
  return start(folder, programs.workerd(), args, variables)
}

/**
 * A server in Node.
 *
 * @param {string} folder
 * @param {string} [entry]
 * @param {string} [program]
 * @param {Variables} [variables]
 */
export const startNode = (folder, entry = 'node.mjs', program = process.execPath, variables) =>
  start(folder, program, () => [entry], variables)

/**
 * The backend in Deno, which serves the default export of a file.
 *
 * @param {string} folder
 * @param {Variables} [variables]
 */
export const serveDeno = (folder, variables) =>
  start(
    folder,
    programs.deno(),
    (port) => [
      ...['serve', '--no-prompt', '--host', '127.0.0.1', '--port', String(port)],
      ...[`--allow-env=${Object.keys(settings)}`, 'backend.ts'],
    ],
    variables,
  )

/**
 * A server in Deno, with no more permissions than a server with these variables needs.
 *
 * @param {string} folder
 * @param {Variables} [variables]
 */
export const startDeno = (folder, variables) =>
  start(
    folder,
    programs.deno(),
    (port) => [
      'run',
      '--no-prompt',
      `--allow-net=127.0.0.1:${port}`,
      `--allow-env=PORT,${Object.keys(settings)}`,
      'deno.ts',
    ],
    variables,
  )

/**
 * A server in Bun.
 *
 * @param {string} folder
 * @param {Variables} [variables]
 * @param {string} [entry]
 */
export const startBun = (folder, variables, entry = 'bun.ts') =>
  start(folder, programs.bun(), () => [entry], variables)

/**
 * Starts a server on a free port, and waits until it answers; an error with what it has written, if it ends before.
 *
 * @param {string} cwd
 * @param {string} program
 * @param {(port: number) => string[] | Promise<string[]>} args
 * @param {Variables} [variables]
 */
export async function start(cwd, program, args, variables) {
  const port = await freePort()
  const env = {
    PATH: process.env.PATH,
    HOME: cwd,
    DENO_NO_UPDATE_CHECK: '1',
    PORT: String(port),
    ...settings,
    ...variables,
  }
  const child = spawn(program, await args(port), { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (output += data))
  let hasEnded = false
  const ended = new Promise((resolve) => child.on('error', resolve).on('close', resolve)).then(
    () => (hasEnded = true),
  )
  const server = {
    url: `http://127.0.0.1:${port}`,
    pid: child.pid,
    /** What it has written. */
    output: () => output,
    /** Stops it, and waits for its end. */
    stop: () => (child.kill(), ended),
    /** What it holds in memory, in megabytes: only Linux reports it. */
    memory: async () =>
      Number(
        /VmRSS:\s+(\d+)/.exec(
          await readFile(`/proc/${child.pid}/status`, 'utf8').catch(() => ''),
        )?.[1] ?? NaN,
      ) / 1024,
  }
  const limit = performance.now() + 60_000
  for (;;) {
    const answered = await fetch(server.url).then(
      (response) => response.arrayBuffer(),
      () => undefined,
    )
    if (answered) return server
    if (hasEnded || performance.now() > limit) {
      await server.stop()
      throw new Error(`${program} does not answer\n${output}`)
    }
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

async function freePort() {
  const server = createServer()
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address()
  await new Promise((resolve) => server.close(resolve))
  return port
}
