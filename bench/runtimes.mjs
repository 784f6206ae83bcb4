// The runtimes in which the bench runs: programs from spec/runtimes or the PATH. What is not there is not measured, and that is said.

import { spawn } from 'node:child_process'
import { statSync } from 'node:fs'
import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { builtinModules } from 'node:module'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('../', import.meta.url))
export const out = join(root, 'bench/out')
const arch = `${process.platform}-${process.arch}`

/** The first of the programs that there is, in spec/runtimes or on the PATH. */
function find(...programs) {
  const folders = [
    join(root, 'spec/runtimes/node_modules'),
    ...(process.env.PATH ?? '').split(delimiter),
  ]
  return programs
    .flatMap((program) => folders.map((folder) => join(folder, program)))
    .find((path) => statSync(path, { throwIfNoEntry: false })?.isFile())
}

/** Runs a program until it ends and gives what it wrote. */
export function run(program, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'], ...options })
    let stdout = ''
    let stderr = ''
    child.stdout.on('data', (data) => (stdout += data))
    child.stderr.on('data', (data) => (stderr += data))
    child.on('error', reject)
    child.on('close', (code) =>
      code === 0
        ? resolve(stdout)
        : reject(new Error(`${program} ended with ${code}\n${stdout}${stderr}`)),
    )
  })
}

const version = async (program, args = ['--version']) =>
  (await run(program, args)).match(/\d+(\.\d+|-\d+)+/)?.[0]

/** Prints the result of `bench` as a line of JSON. */
const main = `import { bench } from '../bench.mjs'
console.log(JSON.stringify(await bench(JSON.parse(process.argv[2]))))`

/** A runtime whose program takes a file and its arguments. */
const command = (programs, args = []) => ({
  program: find(...programs),
  args,
  version,
  async bench(options) {
    await mkdir(out, { recursive: true })
    await writeFile(join(out, 'main.mjs'), main)
    return result(
      await run(this.program, [...args, join(out, 'main.mjs'), JSON.stringify(options)]),
    )
  },
})

const result = (stdout) =>
  JSON.parse(
    stdout
      .trim()
      .split('\n')
      .findLast((line) => line.startsWith('{')),
  )

/** workerd takes modules from its configuration, so that each peer is bundled into one; it is given nodejs_compat, for the sake of those that need it. */
const workerd = {
  program: find(`@cloudflare/workerd-${arch.replace('x64', '64')}/bin/workerd`, 'workerd'),
  version,
  async bench(options) {
    const modules = ['bench/bench.mjs', 'bench/floor.mjs', 'bench/ours.mjs', 'dist/index.js'].map(
      (name) => [name, `../../${name}`],
    )
    for (const file of (await readdir(join(root, 'bench/peers'))).filter((file) =>
      file.endsWith('.mjs'),
    )) {
      const code = await bundlePeer(file).catch(
        (error) =>
          `throw new Error(${JSON.stringify(`cannot be bundled: ${error.errors?.[0]?.text ?? error.message}`)})`,
      )
      await writeFile(join(out, file), code)
      modules.push([`bench/peers/${file}`, file])
    }
    await writeFile(
      join(out, 'worker.js'),
      `export default { async test() {
        const { bench } = await import('./bench/bench.mjs')
        console.log(JSON.stringify(await bench(${JSON.stringify(options)})))
      } }`,
    )
    modules.unshift(['worker.js', 'worker.js'])
    await writeFile(
      join(out, 'workerd.capnp'),
      `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (services = [(name = "bench", worker = (
  compatibilityDate = "2025-09-01",
  compatibilityFlags = ["nodejs_compat"],
  modules = [${modules.map(([name, path]) => `\n    (name = "${name}", esModule = embed "${path}")`)}
  ]))]);`,
    )
    return result(await run(this.program, ['test', join(out, 'workerd.capnp')]))
  },
}

/** Bundles a peer for workerd, which has Node's modules for `import` alone. */
async function bundlePeer(file) {
  await mkdir(out, { recursive: true })
  const { build } = await import('esbuild')
  const builtins = {
    name: 'builtins',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: RegExp(`^(node:)?(${builtinModules.join('|')})$`) }, ({ path, kind }) => {
        const name = path.replace(/^node:/, '')
        return kind === 'require-call'
          ? { path: name, namespace: 'required' }
          : { path: `node:${name}`, external: true }
      })
      onLoad({ filter: /./, namespace: 'required' }, ({ path }) => ({
        contents: `module.exports = require('imported:${path}').default`,
      }))
      onResolve({ filter: /^imported:/ }, ({ path }) => ({
        path: path.slice('imported:'.length),
        namespace: 'imported',
      }))
      onLoad({ filter: /./, namespace: 'imported' }, ({ path }) => ({
        contents: `export { default } from 'node:${path}'`,
      }))
    },
  }
  const shared = {
    name: 'shared',
    setup: ({ onResolve }) =>
      onResolve({ filter: /^\.\.\/(bench|floor)\.mjs$/ }, ({ path }) => ({ path, external: true })),
  }
  const { outputFiles } = await build({
    entryPoints: [join(root, 'bench/peers', file)],
    bundle: true,
    format: 'esm',
    platform: 'neutral',
    mainFields: ['module', 'main'],
    conditions: ['workerd', 'worker'],
    logLevel: 'silent',
    write: false,
    plugins: [shared, builtins],
  })
  return outputFiles[0].text
}

export const runtimes = {
  'this Node': { ...command([]), program: process.execPath },
  ...Object.fromEntries(
    ['20', '22', '24', '26'].map((major) => [
      `Node ${major}`,
      command([`../nodes/node_modules/node${major}/bin/node`]),
    ]),
  ),
  Deno: command(
    [`@deno/${arch}-glibc/deno`, `@deno/${arch}/deno`, 'deno'],
    ['run', '--quiet', '--allow-all'],
  ),
  Bun: command([`@oven/bun-${arch}/bin/bun`, 'bun/bin/bun.exe', 'bun']),
  workerd,
}

/** Fetches the peers into bench/peers, once. */
export async function fetchPeers() {
  if (statSync(join(root, 'bench/peers/node_modules/jose'), { throwIfNoEntry: false })) return
  console.log('Fetching the libraries to compare with into bench/peers, once (35 MB)…')
  await run('npm', ['ci', '--prefix', 'bench/peers', '--no-audit', '--no-fund', '--ignore-scripts'])
}
