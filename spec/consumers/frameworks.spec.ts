// The programs in spec/examples for Express and Hono, each started as its users would, with the package from its tarball.

import process from 'node:process'
import { beforeAll, describe } from 'vitest'
import { grantsOf, testTokenServer } from '../node/servers.ts'
import { startNode } from '../runtimes/serve.mjs'
import { copyExamples, installConsumer } from './install.ts'

describe.each(['express.mjs', 'hono.mjs'])('%s', (file) => {
  let folder: string

  beforeAll(async () => {
    folder = await copyExamples(await installConsumer('frameworks'), '.')
  }, 300_000)

  testTokenServer(file, (variables) => startNode(folder, file, process.execPath, variables), {
    check: grantsOf,
    hasWebhooks: true,
  })
})
