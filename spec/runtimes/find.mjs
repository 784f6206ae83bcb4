// Where the runtimes are: in the nested packages that install.mjs fills, or on the PATH.

import { statSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'

/** The repository's root. */
export const root = fileURLToPath(new URL('../../', import.meta.url))

const here = `${process.platform}-${process.arch}`

/** The program of a runtime, from the nested packages or from the PATH, if there is one. */
export const programs = {
  deno: () => find(`@deno/${here}-glibc/deno`, `@deno/${here}/deno`, 'deno'),
  // Its own script, which is not run, would move the file to the second place.
  bun: () => find(`@oven/bun-${here}/bin/bun`, 'bun/bin/bun.exe', 'bun'),
  // Not node_modules/.bin/workerd: that is a wrapper, which dies alone when it is stopped and leaves workerd running.
  workerd: () => find(`@cloudflare/workerd-${here.replace('x64', '64')}/bin/workerd`, 'workerd'),
  edge: () => find('@edge-runtime/vm/package.json'),
  /** @param {number} major */
  node: (major) => find(`../nodes/node_modules/node${major}/bin/node`),
  chromium: () => find('chromium', 'google-chrome'),
  firefox: () => find('firefox-esr', 'firefox'),
}

/** The majors of Node that are supported, the oldest first. */
export const nodeMajors = [20, 22, 24, 26]

/** @param {string[]} names */
function find(...names) {
  const folders = (process.env.PATH ?? '').split(delimiter)
  return names
    .flatMap((name) => [
      join(root, 'spec/runtimes/node_modules', name),
      ...(name.includes('/') ? [] : folders.map((folder) => join(folder, name))),
    ])
    .find((path) => statSync(path, { throwIfNoEntry: false })?.isFile())
}
