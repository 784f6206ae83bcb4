// Puts the package, as `npm pack` packs it, into the node_modules of a consumer.

import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { root } from '../runtimes/find.mjs'
import { install } from '../runtimes/install.mjs'
import { exec } from '../runtimes/run.mjs'

/**
 * Installs what a consumer needs, as its lock file has it, and the package; `npm run build` must have written dist/.
 *
 * @param name The folder in spec/consumers.
 * @param what What is fetched, and how large it is.
 * @returns The path of the folder.
 */
export async function installConsumer(name: string, what: string): Promise<string> {
  await install(`spec/consumers/${name}`, what)
  const folder = join(root, 'spec/consumers', name)
  const target = join(folder, 'node_modules/twilio-tokens')
  await rm(target, { recursive: true, force: true })
  await mkdir(target, { recursive: true })
  const packed = await mkdtemp(join(tmpdir(), 'packed-'))
  try {
    await exec('npm', ['pack', '--ignore-scripts', '--pack-destination', packed], { cwd: root })
    const [tarball = ''] = await readdir(packed)
    // A link into the package's folder would not do: Jest looks at where a file really is.
    await exec('tar', ['-xzf', join(packed, tarball), '--strip-components=1', '-C', target])
  } finally {
    await rm(packed, { recursive: true, force: true })
  }
  return folder
}
