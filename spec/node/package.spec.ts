// What is shipped.

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { root } from '../runtimes/find.mjs'
import { run } from '../runtimes/run.mjs'

const read = (file: string) => readFile(join(root, file), 'utf8')

describe('package', () => {
  it('has no dependency', async () => {
    const manifest = JSON.parse(await read('package.json')) as Record<string, unknown>
    for (const kind of [
      'dependencies',
      'peerDependencies',
      'optionalDependencies',
      'bundledDependencies',
    ])
      expect(manifest).not.toHaveProperty(kind)
  })

  it('has a bundle without imports, with a source map that holds the sources', async () => {
    const code = (await read('dist/index.js')).replace(/^ *\*.*$/gm, '') // the examples in doc comments do import
    expect(code).not.toMatch(/\bimport\b[^.]*['"(]|\brequire\(/)
    const map = JSON.parse(await read('dist/index.js.map')) as {
      sources: string[]
      sourcesContent: string[]
    }
    expect(map.sources).toContain('../lib/capability.ts')
    expect(map.sourcesContent[map.sources.indexOf('../lib/capability.ts')]).toBe(
      await read('lib/capability.ts'),
    )
  })

  it('can be imported and required, and both are one module', async () => {
    const program = `import { createRequire } from 'node:module'
      import * as imported from 'twilio-tokens'
      console.log(createRequire(import.meta.url)('twilio-tokens').TwilioCapability === imported.TwilioCapability, Object.keys(imported).length > 0)`
    const { stdout } = await run(process.execPath, [
      '--input-type=module',
      '--no-warnings',
      '--eval',
      program,
    ])
    expect(stdout).toBe('true true\n')
  })

  it('packs the bundle, its types, its maps, the token page, and nothing else', async () => {
    const { stdout } = await run('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'])
    const [{ files }] = JSON.parse(stdout) as [{ files: { path: string }[] }]
    for (const { path } of files)
      expect(path).toMatch(
        /^(dist\/[\w-]+\.(js|js\.map|d\.ts)|dist\/page\.html|README\.md|CHANGELOG\.md|LICENSE|package\.json)$/,
      )
    expect(files.map(({ path }) => path)).toEqual(
      expect.arrayContaining(['dist/index.js', 'dist/index.d.ts', 'LICENSE', 'README.md']),
    )
  })

  it.each([
    ['publint', ['node_modules/publint/src/cli.js', '--strict', '--pack', 'npm']],
    // Node 20.19 and newer require ES modules, which is all that this rule warns of.
    [
      'attw',
      [
        'node_modules/@arethetypeswrong/cli/dist/index.js',
        '--pack',
        '.',
        '--ignore-rules',
        'cjs-resolves-to-esm',
      ],
    ],
  ])('is clean in %s', async (_, args) => {
    const { status, stdout, stderr } = await run(process.execPath, args, {
      env: { ...process.env, npm_config_ignore_scripts: 'true' },
    })
    expect({ status, output: status === 0 ? '' : stdout + stderr }).toEqual({
      status: 0,
      output: '',
    })
  })

  it('is refused by the build where the bundle would name what only some hosts have', async () => {
    const build = await read('esbuild.mjs')
    const [, pattern = ''] = /const hostOnly = \/(.*)\/\n/.exec(build) ?? []
    for (const name of ['node:', 'Buffer', 'process', 'window', 'document'])
      expect(`a ${name} b`).toMatch(new RegExp(pattern))
  })
})
