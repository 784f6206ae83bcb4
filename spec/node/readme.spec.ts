// Runs every block of TypeScript in Markdown files, and every example in a doc comment, as a program of its own against dist/, and
// compares what it prints. A block with the name of a file must be that file, which other specs run.

import { transform } from 'esbuild'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { root } from '../runtimes/find.mjs'
import { run } from '../runtimes/run.mjs'
import { librarySources, markdownFiles } from '../support/files.mjs'

interface Program {
  name: string
  code: string
  prints: string
}

const out = join(root, 'spec/node/out') // within the package, so that its name resolves to itself

/** A page that is written by a program has blocks that are not programs, such as the types in API.md. */
const isWritten = (text: string) => text.includes('<!-- Written by npm run ')

const pages = await Promise.all(
  markdownFiles().map(async (file) => ({ file, text: await readFile(join(root, file), 'utf8') })),
)
const readme = pages.find(({ file }) => file === 'README.md')?.text ?? ''

const inPages = pages
  .filter(({ text }) => !isWritten(text))
  .flatMap(({ file, text }) =>
    [...text.matchAll(/^```ts\n(.*?)^```\n(?:\n```text\n(.*?)^```\n)?/gms)].map(
      ([block, code = '', prints = '']): Program => ({
        name: `${nameOf(file)}-${lineOf(text, block)}`,
        code,
        prints,
      }),
    ),
  )

const named = pages.flatMap(({ file, text }) =>
  [...text.matchAll(/^```\w+ (\S+)\n(.*?)^```\n/gms)].map(([, name = '', code = '']) => ({
    name: `${file} shows ${name} as it is`,
    paths: [join(root, file, '..', name), join(root, name)],
    code,
  })),
)

const inSources = (
  await Promise.all(
    librarySources().map(async (file) => {
      const source = await readFile(join(root, file), 'utf8')
      return [...source.matchAll(/^ *\* ```ts\n(.*?)^ *\* ```$/gms)].map(
        ([block, code = '']): Program => ({
          name: `${nameOf(file)}-${lineOf(source, block)}`,
          code: code.replace(/^ *\* ?/gm, ''),
          prints: '',
        }),
      )
    }),
  )
).flat()

const programs = [...inPages, ...inSources]

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

describe('Markdown files and doc comments', () => {
  it('Markdown files and doc comments have programs', () => {
    expect(inPages.length).toBeGreaterThanOrEqual(15)
    expect(named.length).toBeGreaterThanOrEqual(3)
    expect(inSources.length).toBeGreaterThanOrEqual(5)
  })

  it('the README shows a program within fifteen lines', () => {
    const lines = readme.split('\n')
    expect(lines.indexOf('```')).toBeLessThan(15)
    expect(lines.indexOf('```ts')).toBeLessThan(lines.indexOf('```'))
  })

  it.each(programs)('$name runs and prints what it says', async ({ name, prints }) => {
    const { status, stdout, stderr } = await run(process.execPath, [join(out, `${name}.js`)])
    const printed = stdout.replace(/ +$/gm, '') // editors remove white space at the end of a line
    expect({ status, printed, stderr }).toEqual({ status: 0, printed: prints, stderr: '' })
  })

  it.each(named)('$name', async ({ paths, code }) => {
    const files = await Promise.allSettled(paths.map((path) => readFile(path, 'utf8')))
    expect(files).toContainEqual({ status: 'fulfilled', value: code })
  })

  it('type-check against the types that are shipped', async () => {
    const { status, stdout } = await run(process.execPath, [
      join(root, 'node_modules/typescript/bin/tsc'),
      '-p',
      out,
    ])
    expect({ status, stdout }).toEqual({ status: 0, stdout: '' })
  }, 60_000) // as long as `run` waits: the compiler alone takes seconds, and other specs run at the same time
})

/** The name of a file as a part of another file's name. */
function nameOf(file: string): string {
  return file.replace(/^lib\/|\.(ts|md)$/g, '').replaceAll(/\W+/g, '-')
}

function lineOf(text: string, block: string): string {
  return `line-${text.slice(0, text.indexOf(block)).split('\n').length}`
}
