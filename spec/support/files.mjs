// Which files there are of each kind, with their folders. spec/node/globs.spec.ts compares the lists of the tools with these.

import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../runtimes/find.mjs'

/** The folders of lib/ that are no part of the library's bundle: the command, the token page, and what these two share. */
export const toolFolders = ['cli', 'page', 'report']

/** The folders of spec/ whose specs need more than a JavaScript runtime. */
export const hostFolders = ['browser', 'consumers', 'node']

/** The folders of spec/ whose specs run only with `--all`. */
export const slowFolders = ['browser', 'consumers']

/** The TypeScript sources of the library, the command and the page. */
export const sources = () => filesBelow('lib').filter((file) => file.endsWith('.ts'))

/** The sources that are bundled into dist/index.js and published to JSR. */
export const librarySources = () => sources().filter((file) => !isIn('lib', toolFolders, file))

/** All spec files. Those of the projects in spec/consumers belong to the test runners of these projects. */
export const specs = () =>
  filesBelow('spec').filter(
    (file) => file.endsWith('.spec.ts') && !/^spec\/consumers\/[^/]+\//.test(file),
  )

/** The specs that run in every runtime. */
export const portableSpecs = () => specs().filter((file) => !isIn('spec', hostFolders, file))

/** The Markdown files that people read: those of the root, and those of the folders that are ours. */
export const markdownFiles = () =>
  [
    ...readdirSync(root),
    ...['.github', 'bench', 'lib', 'spec'].flatMap((folder) => filesBelow(folder)),
  ].filter((file) => file.endsWith('.md'))

/**
 * The files below a folder, as paths from the root, without what is installed or written by programs.
 *
 * @param {string} folder
 * @returns {string[]}
 */
export function filesBelow(folder) {
  return readdirSync(join(root, folder), { withFileTypes: true })
    .flatMap((entry) => {
      const path = `${folder}/${entry.name}`
      if (!entry.isDirectory()) return [path]
      return ['node_modules', 'out'].includes(entry.name) ? [] : filesBelow(path)
    })
    .sort()
}

/**
 * @param {string} parent
 * @param {string[]} folders
 * @param {string} file
 */
const isIn = (parent, folders, file) =>
  folders.some((folder) => file.startsWith(`${parent}/${folder}/`))
