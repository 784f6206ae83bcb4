// The modules of the bench for workerd, which has no file system: each contender is bundled with its packages into one.

import { build } from 'esbuild'
import { mkdir, writeFile } from 'node:fs/promises'
import { builtinModules } from 'node:module'
import { basename, join } from 'node:path'
import { root } from '../../spec/runtimes/find.mjs'
import { contenders } from './contenders.mjs'

const folder = join(root, 'bench/contenders')
const ownModules = [
  'bench/contenders/contenders.mjs',
  'bench/contenders/floor.mjs',
  'bench/contenders/ours.mjs',
  'bench/measure.mjs',
  'bench/task.mjs',
  'dist/index.js',
]

/**
 * Bundles all contenders. One that cannot be bundled becomes a module that says so when it is imported.
 *
 * @param {string} out Where the bundles are written.
 * @returns {Promise<Record<string, string>>} The files of the modules by their names.
 */
export async function bundleContenders(out) {
  await mkdir(out, { recursive: true })
  const modules = Object.fromEntries(ownModules.map((name) => [name, join(root, name)]))
  for (const file of Object.values(contenders).map((path) => basename(path))) {
    const name = `bench/contenders/${file}`
    if (name in modules) continue
    const code = await bundle(file).catch(
      (error) =>
        `throw new Error(${JSON.stringify(`cannot be bundled: ${error.errors?.[0]?.text ?? error.message}`)})`,
    )
    modules[name] = join(out, file)
    await writeFile(modules[name], code)
  }
  return modules
}

/** Bundles a contender for workerd, which has Node's modules for `import` alone. */
async function bundle(file) {
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
      onResolve({ filter: /^(\.\.\/task|\.\/floor)\.mjs$/ }, ({ path }) => ({
        path,
        external: true,
      })),
  }
  const { outputFiles } = await build({
    entryPoints: [join(folder, file)],
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
