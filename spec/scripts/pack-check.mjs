// npm run pack:check: two clones of the last commit, each in a place of its own, pack to the same bytes. Prints their digest.

import { createHash } from 'node:crypto'
import { mkdtemp, readFile, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { root } from '../runtimes/find.mjs'
import { exec } from '../runtimes/run.mjs'

/**
 * Packs a fresh clone as `npm pack` does for anyone: with scripts, so that prepack builds dist/. Only what npm has installed is
 * linked, because a build takes seconds and an installation minutes.
 *
 * @returns {Promise<{ files: string[], size: number, digest: string }>}
 */
export async function packClone() {
  const place = await mkdtemp(join(tmpdir(), 'pack-'))
  try {
    const clone = join(place, 'clone')
    await exec('git', ['clone', '--quiet', root, clone], { cwd: place })
    await symlink(join(root, 'node_modules'), join(clone, 'node_modules'))
    const env = Object.fromEntries(
      Object.entries(process.env).filter(([name]) => !/^npm_config_ignore_scripts$/i.test(name)),
    )
    const output = await exec('npm', ['pack', '--json', '--pack-destination', place], {
      cwd: clone,
      env,
    })
    // The scripts write to the same output.
    const [{ filename, files }] = JSON.parse(output.slice(output.search(/^\[$/m)))
    const bytes = await readFile(join(place, filename))
    const digest = `sha512-${createHash('sha512').update(bytes).digest('base64')}`
    return { files: files.map(({ path }) => path).sort(), size: bytes.length, digest }
  } finally {
    await rm(place, { recursive: true, force: true })
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [first, second] = [await packClone(), await packClone()]
  console.log((await exec('git', ['rev-parse', 'HEAD'])).trim())
  for (const { files, size, digest } of [first, second])
    console.log(`${files.length} files, ${size} bytes, ${digest}`)
  if (first.digest !== second.digest) throw new Error('two builds of one commit differ')
}
