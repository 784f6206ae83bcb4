// Puts the package, as `npm pack` packs it, into the node_modules of a consumer, and the example programs beside it.

import { cp, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { root } from '../runtimes/find.mjs'
import { install } from '../runtimes/install.mjs'
import { exec } from '../runtimes/run.mjs'

/**
 * Installs what a consumer needs, as its lock file has it, and the package; `npm run build` must have written dist/.
 *
 * @param name The folder in spec/consumers.
 * @returns The path of the folder.
 */
export async function installConsumer(name: string): Promise<string> {
  await install(`spec/consumers/${name}`, name)
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

/**
 * Copies example programs into a folder of a consumer, from which they find the packages of the consumer.
 *
 * @param consumer The path of the consumer's folder.
 * @param files What to copy, as a path in spec/examples.
 * @returns The path of the folder.
 */
export async function copyExamples(consumer: string, files: string): Promise<string> {
  const examples = join(root, 'spec/examples')
  const folder = join(consumer, 'out/examples')
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder, { recursive: true })
  await cp(join(examples, files), folder, { recursive: true })
  for (const file of ['session.mjs', 'twiml.mjs'])
    await cp(join(examples, file), join(folder, file))
  return folder
}
