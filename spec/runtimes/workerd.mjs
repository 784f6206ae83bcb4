// workerd, Cloudflare's runtime for Workers: its configuration, for the specs, the servers and the benches.

import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { programs } from './find.mjs'
import { command } from './run.mjs'

/**
 * @typedef {object} Worker
 * @property {string} [date] The compatibility date; the newest that workerd accepts if omitted.
 * @property {string[]} [flags] Compatibility flags.
 * @property {Record<string, string>} modules The files of the modules by the names under which they import each other; the first runs.
 * @property {string[]} [variables] The names of environment variables that it is given.
 * @property {number} [port] Where it listens on loopback.
 */

/** The newest compatibility date is the version's own. */
const newestDate = () => command(programs.workerd()).version()

/**
 * Writes the configuration of a Worker, which has no flags and listens nowhere unless that is asked for.
 *
 * @param {string} file
 * @param {Worker} worker
 */
export async function writeConfig(file, { date, flags = [], modules, variables = [], port }) {
  const embedded = Object.entries(modules).map(
    ([name, path]) => `(name = "${name}", esModule = embed "${relative(dirname(file), path)}")`,
  )
  const bindings = variables.map((name) => `(name = "${name}", fromEnvironment = "${name}")`)
  const sockets =
    port === undefined
      ? ''
      : `(name = "http", address = "127.0.0.1:${port}", http = (), service = "main")`
  await writeFile(
    file,
    `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "main", worker = (
    compatibilityDate = "${date ?? (await newestDate())}",
    compatibilityFlags = [${flags.map((flag) => `"${flag}"`)}],
    modules = [
      ${embedded.join(',\n      ')}
    ],
    bindings = [${bindings}],
  ))],
  sockets = [${sockets}],
);
`,
  )
}

/**
 * Runs code in workerd, which can import the modules and prints its result as a line of JSON.
 *
 * @param {string} folder Where files are written.
 * @param {Worker} worker
 * @param {{ name: string, code: string, timeout?: number }} main The body of a function, and the name of the module that it is in.
 */
export async function runInWorkerd(folder, worker, { name, code, timeout }) {
  await mkdir(folder, { recursive: true })
  const file = join(folder, `workerd-${worker.date ?? 'newest'}`) // of its own, since two dates are tested at once
  const [entry, config] = [`${file}.js`, `${file}.capnp`]
  await writeFile(entry, `export default { async test() { ${code} } }\n`)
  await writeConfig(config, { ...worker, modules: { [name]: entry, ...worker.modules } })
  return command(programs.workerd(), ['test', config]).run([], { timeout })
}
