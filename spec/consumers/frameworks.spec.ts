// The programs in spec/examples that need a framework, each started as its users would, with the package from its tarball.

import { cp, mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import process from 'node:process'
import { beforeAll, describe } from 'vitest'
import { grantsOf, testTokenServer } from '../node/servers.ts'
import { root } from '../runtimes/find.mjs'
import { exec } from '../runtimes/run.mjs'
import { start, startNode } from '../runtimes/serve.mjs'
import { installConsumer } from './install.ts'

const examples = join(root, 'spec/examples')

/** Copies the example programs into a folder of a consumer, from which they find the consumer's packages. */
async function copyExamples(consumer: string, files: string): Promise<string> {
  const folder = join(consumer, 'out/examples')
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder, { recursive: true })
  await cp(join(examples, files), folder, { recursive: true })
  await cp(join(examples, 'session.mjs'), join(folder, 'session.mjs'))
  return folder
}

describe.each(['express.mjs', 'hono.mjs'])('%s', (file) => {
  let folder: string

  beforeAll(async () => {
    folder = await copyExamples(await installConsumer('frameworks', 'Express and Hono (7 MB)'), '.')
  }, 300_000)

  testTokenServer(file, (variables) => startNode(folder, file, process.execPath, variables), {
    check: grantsOf,
  })
})

describe('next', () => {
  let folder: string
  let next: string

  beforeAll(async () => {
    const consumer = await installConsumer(
      'bundlers',
      'Vite, webpack, Parcel and Next.js (505 MB on disk, 306 MB of it Next.js)',
    )
    folder = await copyExamples(consumer, 'next')
    next = join(consumer, 'node_modules/next/dist/bin/next')
    await writeFile(join(folder, 'package.json'), '{ "private": true }')
    const config = `export default { turbopack: { root: ${JSON.stringify(consumer)} } }\n`
    await writeFile(join(folder, 'next.config.mjs'), config) // the packages are in the folder above
    const env = { ...process.env, NEXT_TELEMETRY_DISABLED: '1' }
    await exec(process.execPath, [next, 'build'], { cwd: folder, env })
  }, 300_000)

  const args = (port: number) => [next, 'start', '--hostname', '127.0.0.1', '--port', String(port)]
  testTokenServer(
    'the Next.js application',
    (variables) =>
      start(folder, process.execPath, args, { ...variables, NEXT_TELEMETRY_DISABLED: '1' }),
    { check: grantsOf },
  )
})
