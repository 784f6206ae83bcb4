// Programs that load the package by `require`: Jest without configuration and in jsdom, ts-jest in a NestJS project,
// and tsx.

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import process from 'node:process'
import { beforeAll, describe, expect, it } from 'vitest'
import { programs, root } from '../runtimes/find.mjs'
import { installNodes } from '../runtimes/install.mjs'
import { run } from '../runtimes/run.mjs'
import { installConsumer } from './install.ts'

await installNodes()

let folder: string

beforeAll(async () => {
  folder = await installConsumer('jest')
}, 300_000)

const nodes = {
  'this Node': process.execPath,
  'Node 20.19': programs.node(20),
  'Node 24': programs.node(24),
}
type Node = keyof typeof nodes
const nodeOf = (name: Node) => nodes[name] ?? `${name}, which is not installed`

/** Runs a project's tests, and returns how many have passed; an error with Jest's output if one has not. */
async function runJest(project: string, node: Node, version = 'jest'): Promise<number> {
  // By default, Jest would take the environment of the other version, which npm has put beside the projects.
  const environment = join(folder, `node_modules/${version}/node_modules/jest-environment-node`)
  const { status, stdout, stderr } = await run(
    nodeOf(node),
    [
      ...[join(folder, 'node_modules', version, 'bin/jest.js'), '--ci', '--json'],
      ...(version === 'jest' ? [] : [`--env=${environment}`]),
    ],
    { cwd: join(folder, project) },
  )
  if (status !== 0) throw new Error(stderr)
  const result = JSON.parse(stdout) as { numPassedTests: number; numTotalTests: number }
  expect(result.numPassedTests).toBe(result.numTotalTests)
  return result.numPassedTests
}

describe('Jest', () => {
  it.each<[string, Node, string]>([
    ['Jest 30', 'this Node', 'jest'],
    ['Jest 30', 'Node 20.19', 'jest'],
    ['Jest 30', 'Node 24', 'jest'],
    ['Jest 29', 'this Node', 'jest29'],
  ])('%s in %s requires, mocks and spies on the package', async (_, node, version) => {
    expect(await runJest('require', node, version)).toBeGreaterThanOrEqual(8)
  })

  it.each<Node>(['this Node', 'Node 24'])(
    'jsdom in %s loads the package, says what is missing, and works with the setup file',
    async (node) => {
      expect(await runJest('jsdom', node)).toBeGreaterThanOrEqual(8)
    },
  )

  it('lib/docs/TROUBLESHOOTING.md shows the setup file for jsdom', async () => {
    const page = await readFile(join(root, 'lib/docs/TROUBLESHOOTING.md'), 'utf8')
    const file = await readFile(join(folder, 'jsdom/setup.js'), 'utf8')
    expect(page).toContain(file.replace(/^\/\/.*\n\n/, ''))
  })

  it.each<Node>(['this Node', 'Node 24'])(
    'ts-jest in %s runs the spec of a NestJS service',
    async (node) => {
      expect(await runJest('nest', node)).toBeGreaterThanOrEqual(3)
    },
  )
})

describe('tsx', () => {
  it.each<[Node, RegExp]>([
    ['this Node', /^v/],
    ['Node 20.19', /^v20\.19\./],
    ['Node 24', /^v24\./],
  ])('tsx runs a .cts file in %s', async (node, version) => {
    const program = join(folder, 'node_modules/tsx/dist/cli.mjs')
    const outcome = await run(nodeOf(node), [program, 'main.cts'], { cwd: join(folder, 'tsx') })
    expect(outcome).toEqual({
      status: 0,
      stdout: expect.stringMatching(/^v\S+ capability true\n$/),
      stderr: '',
    })
    expect(outcome.stdout).toMatch(version)
  })
})
