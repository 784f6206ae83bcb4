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

/** The settings of the programs; none is real. */
export const settings = {
  TWILIO_ACCOUNT_SID: 'AC283fefc63f0cd0e873a0000c6d07ef7b',
  TWILIO_AUTH_TOKEN: '8319002d3167d53e5753dc98fa36a100',
  TWILIO_APPLICATION_SID: 'APabe7650f654fc34655fc81ae71caa3ff',
}

/**
 * Installs the tarball of `npm pack` into an empty folder, and puts the example programs beside it; dist/ must have been built.
 *
 * @returns {Promise<string>} The folder.
 */
export async function installTarball() {
  const folder = await mkdtemp(join(tmpdir(), 'consumer-'))
  await exec('npm', ['pack', '--ignore-scripts', '--pack-destination', folder], { cwd: root })
  const tarball = (await readdir(folder)).find((file) => file.endsWith('.tgz'))
  await writeFile(join(folder, 'package.json'), '{ "private": true, "type": "module" }')
  await exec('npm', ['install', '--offline', '--no-audit', '--no-fund', `./${tarball}`], {
    cwd: folder,
  })
  const examples = join(root, 'spec/examples')
  for (const file of await readdir(examples))
    if (file.endsWith('.ts')) await cp(join(examples, file), join(folder, file))
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
    metafile: true,
  })

/**
 * A Worker in workerd, without flags; its settings come from the environment.
 *
 * @param {string} folder
 * @param {string} entry
 * @param {string} [date] The compatibility date; the newest that workerd accepts if left out.
 */
export async function startWorkerd(folder, entry = 'worker.ts', date) {
  await bundleWorker(folder, entry, 'worker.js')
  return start(folder, programs.workerd(), async (port) => {
    const modules = { 'worker.js': join(folder, 'worker.js') }
    const variables = Object.keys(settings)
    await writeConfig(join(folder, 'worker.capnp'), { date, modules, variables, port })
    return ['serve', 'worker.capnp']
  })
}

/** A server in Node: compiled, since 20 takes no types, or as it is. */
export async function startNode(
  folder,
  entry = 'node.ts',
  program = process.execPath,
  asItIs = false,
) {
  if (asItIs) return start(folder, program, () => [entry])
  await build({
    absWorkingDir: folder,
    entryPoints: [entry],
    outfile: 'node.js',
    bundle: true,
    format: 'esm',
    packages: 'external',
  })
  return start(folder, program, () => ['node.js'])
}

/** A server in Deno, which may do nothing but what a server with these settings must. */
export const startDeno = (folder) =>
  start(folder, programs.deno(), (port) => [
    'run',
    '--no-prompt',
    `--allow-net=127.0.0.1:${port}`,
    `--allow-env=PORT,${Object.keys(settings)}`,
    'deno.ts',
  ])

/** A server in Bun. */
export const startBun = (folder) => start(folder, programs.bun(), () => ['bun.ts'])

// Starts a server on a free port, and waits until it answers.
async function start(cwd, program, args) {
  const port = await freePort()
  const env = {
    PATH: process.env.PATH,
    HOME: cwd,
    DENO_NO_UPDATE_CHECK: '1',
    PORT: String(port),
    ...settings,
  }
  const child = spawn(program, await args(port), { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (output += data))
  const ended = new Promise((resolve) => child.on('error', resolve).on('close', resolve))
  const server = {
    url: `http://127.0.0.1:${port}`,
    pid: child.pid,
    /** What it has written. */
    output: () => output,
    /** Stops it, and waits for its end. */
    stop: () => (child.kill(), ended),
    /** What it holds in memory, in megabytes: Linux alone tells. */
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
    if (child.exitCode !== null || performance.now() > limit) {
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
