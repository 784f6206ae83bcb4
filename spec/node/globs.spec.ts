// Tools that are given files by name or by a pattern: none of them passes over a file, however deep it is.

import { readFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import process from 'node:process'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'
import { root } from '../runtimes/find.mjs'
import { run } from '../runtimes/run.mjs'
import {
  filesBelow,
  hostFolders,
  librarySources,
  portableSpecs,
  slowFolders,
  sources,
  specs,
} from '../support/files.mjs'

const json = async (file: string) => JSON.parse(await readFile(join(root, file), 'utf8')) as unknown

/** The TypeScript files that patterns match, by the rules of tsconfig.json, which has no braces. */
const matched = (include: readonly string[], exclude: readonly string[] = []) =>
  ts.sys.readDirectory(root, ['.ts'], exclude, include).map((file) => relative(root, file))

/** The files of a TypeScript project. */
function filesOf(config: string): string[] {
  const { config: options } = ts.readConfigFile(join(root, config), (file) =>
    ts.sys.readFile(file),
  ) as { config: unknown }
  const folder = join(root, config, '..')
  return ts
    .parseJsonConfigFileContent(options, ts.sys, folder)
    .fileNames.map((file) => relative(root, file))
}

/** The spec files that vitest would run. */
async function listed(config: string, env: NodeJS.ProcessEnv): Promise<string[]> {
  const vitest = join(root, 'node_modules/vitest/vitest.mjs')
  const args = [vitest, 'list', '--filesOnly', '--json', '--config', config]
  const { stdout } = await run(process.execPath, args, { env: { ...process.env, ...env } })
  return (JSON.parse(stdout) as { file: string }[]).map(({ file }) => relative(root, file)).sort()
}

const below = (folders: readonly string[]) => (file: string) =>
  folders.some((folder) => file.startsWith(`spec/${folder}/`))

describe('files of lib/ and spec/', () => {
  it('are found, with those of folders', () => {
    expect(librarySources()).toContain('lib/index.ts')
    expect(sources()).toContain('lib/cli/main.ts')
    expect(librarySources()).not.toContain('lib/cli/main.ts')
    expect(portableSpecs()).toContain('spec/verify.spec.ts')
    expect(specs()).toContain('spec/browser/page.spec.ts')
  })

  it('are type-checked, each by a project that npm run check compiles', async () => {
    const { scripts } = (await json('package.json')) as { scripts: { check: string } }
    const projects = [...scripts.check.matchAll(/\btsc(?: -p (\S+))?/g)].map(([, folder]) =>
      join(folder ?? '.', 'tsconfig.json'),
    )
    const checked = new Set(projects.flatMap(filesOf))
    // Those of consumers are compiled as the consumers do; those of Bun, Deno and Next.js need their types.
    const elsewhere = /^spec\/consumers\/[^/]+\/|^spec\/examples\/((bun|deno)\.ts$|next\/)/
    const unchecked = [...filesBelow('lib'), ...filesBelow('spec')].filter(
      (file) => file.endsWith('.ts') && !checked.has(file) && !elsewhere.test(file),
    )
    expect(unchecked).toEqual([])
  })

  it('are published to JSR if they belong to the library', async () => {
    const { publish } = (await json('jsr.json')) as {
      publish: { include: string[]; exclude: string[] }
    }
    expect(matched(publish.include, publish.exclude).sort()).toEqual(librarySources())
  })

  it('are changed by Stryker if they belong to the library', async () => {
    const { mutate } = (await json('spec/mutation/stryker.config.json')) as { mutate: string[] }
    const isExcluded = (pattern: string) => pattern.startsWith('!')
    expect(
      matched(
        mutate.filter((pattern) => !isExcluded(pattern)),
        mutate.filter(isExcluded).map((pattern) => pattern.slice(1)),
      ).sort(),
    ).toEqual(librarySources())
  })
})

describe('specs', () => {
  it('are all run by npm test -- --all, and all but the slow ones by npm test', async () => {
    const all = specs()
    expect(await listed('vitest.config.ts', { ALL: 'true' })).toEqual(all)
    expect(await listed('vitest.config.ts', { ALL: undefined })).toEqual(
      all.filter((file) => !below(slowFolders)(file)),
    )
  })

  it('are named after a file or a folder of lib/, or stand in such a folder, unless they cut across files', () => {
    const across = [
      ...[
        'attacks',
        'field',
        'fuzz',
        'hostile',
        'law',
        'promises',
        'report',
        'secrets',
        'wycheproof',
      ],
    ]
    const named = librarySources().flatMap((file) =>
      file.replace(/^lib\/|\.ts$/g, '').split('/', 1),
    )
    const stray = portableSpecs().filter((file) => {
      const [name = ''] = file.replace(/^spec\/|\.spec\.ts$/g, '').split('/', 1)
      return ![...across, ...named].includes(name)
    })
    expect(stray).toEqual([])
  })

  it('that need a host are in a folder that says so', async () => {
    for (const file of portableSpecs())
      expect(await readFile(join(root, file), 'utf8'), file).not.toMatch(/from 'node:/)
    expect(hostFolders.filter((folder) => !specs().some(below([folder])))).toEqual([])
  })
})
