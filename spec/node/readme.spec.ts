// Runs every block of the README, and every example in a doc comment, as a program of its own against dist/, and compares what it prints.

import { transform } from 'esbuild'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { root } from '../runtimes/find.mjs'
import { run } from '../runtimes/run.mjs'
import { librarySources } from '../support/files.mjs'

interface Program {
  name: string
  code: string
  prints: string
}

const out = join(root, 'spec/node/out') // within the package, so that its name resolves to itself

const readme = await readFile(join(root, 'README.md'), 'utf8')
const inReadme = [...readme.matchAll(/^```ts\n(.*?)^```\n(?:\n```text\n(.*?)^```\n)?/gms)].map(
  ([block, code = '', prints = '']): Program => ({
    name: `readme-${lineOf(readme, block)}`,
    code,
    prints,
  }),
)

const inSources = (
  await Promise.all(
    librarySources().map(async (file) => {
      const source = await readFile(join(root, file), 'utf8')
      return [...source.matchAll(/^ *\* ```ts\n(.*?)^ *\* ```$/gms)].map(
        ([block, code = '']): Program => ({
          name: `${file.replace(/^lib\/|\.ts$/g, '').replaceAll('/', '-')}-${lineOf(source, block)}`,
          code: code.replace(/^ *\* ?/gm, ''),
          prints: '',
        }),
      )
    }),
  )
).flat()

const programs = [...inReadme, ...inSources]

beforeAll(async () => {
  await rm(out, { recursive: true, force: true })
  await mkdir(out, { recursive: true })
  await writeFile(
    join(out, 'tsconfig.json'),
    JSON.stringify({
      compilerOptions: {
        strict: true,
        noEmit: true,
        target: 'es2022',
        module: 'nodenext',
        types: ['node'],
      },
      include: ['*.ts'],
    }),
  )
  for (const { name, code } of programs) {
    await writeFile(join(out, `${name}.ts`), code)
    await writeFile(join(out, `${name}.js`), (await transform(code, { loader: 'ts' })).code)
  }
})

describe('README and doc comments', () => {
  it('have programs', () => {
    expect(inReadme.length).toBeGreaterThanOrEqual(5)
    expect(inSources.length).toBeGreaterThanOrEqual(1)
  })

  it('show a program within fifteen lines', () => {
    expect(readme.split('\n').indexOf('```ts')).toBeLessThan(15)
  })

  it.each(programs)('$name runs and prints what it says', async ({ name, prints }) => {
    const { status, stdout, stderr } = await run(process.execPath, [join(out, `${name}.js`)])
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: prints, stderr: '' })
  })

  it('type-check against the types that are shipped', async () => {
    const { status, stdout } = await run(process.execPath, [
      join(root, 'node_modules/typescript/bin/tsc'),
      '-p',
      out,
    ])
    expect({ status, stdout }).toEqual({ status: 0, stdout: '' })
  }, 60_000) // as long as `run` waits: the compiler alone takes seconds, and other specs run at once

  it('name only scripts that there are', async () => {
    const { scripts } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as {
      scripts: Record<string, string>
    }
    for (const [, name = ''] of readme.matchAll(/npm run ([\w:]+)/g))
      expect(scripts).toHaveProperty([name])
  })
})

function lineOf(text: string, block: string): string {
  return `line-${text.slice(0, text.indexOf(block)).split('\n').length}`
}
