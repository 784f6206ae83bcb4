// node spec/scripts/release-check.mjs v0.2.0: whether a tag is what package.json, jsr.json and CHANGELOG.md say. The release calls it.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../../', import.meta.url))

/**
 * Returns what a tag contradicts.
 *
 * @param {string} tag
 * @param {(file: string) => string} [read]
 * @returns {string[]}
 */
export function contradictions(tag, read = (file) => readFileSync(join(root, file), 'utf8')) {
  const version = tag.replace(/^v/, '')
  const found = ['package.json', 'jsr.json'].flatMap((file) => {
    const { version: stated } = JSON.parse(read(file))
    return stated === version ? [] : [`${file} has the version ${stated}`]
  })
  const [, newest] = /^## (\S+)/m.exec(read('CHANGELOG.md')) ?? []
  return newest === version ? found : [...found, `CHANGELOG.md begins with ${newest}`]
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [tag = ''] = process.argv.slice(2)
  const found = contradictions(tag)
  for (const line of found) console.error(`${tag}: ${line}`)
  process.exitCode = found.length > 0 ? 1 : 0
}
