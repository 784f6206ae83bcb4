// The comments of the public names: all there, and the page that is made of them in step. Their examples are run by readme.spec.ts.

import { readFile } from 'node:fs/promises'
import { relative } from 'node:path'
import process from 'node:process'
import { describe, expect, it } from 'vitest'
import { programs, root } from '../runtimes/find.mjs'
import { run } from '../runtimes/run.mjs'
import { filesBelow, librarySources } from '../support/files.mjs'

interface Documented {
  name: string
  jsDoc?: { doc?: string; tags?: { kind: string; name?: string; doc?: string }[] }
}

interface Declared extends Documented {
  kind: string
  hasBody?: boolean
  params?: { kind: string; name?: string; left?: { name: string } }[]
}

const deno = programs.deno() ?? 'deno'
const { nodes } = JSON.parse((await run(deno, ['doc', '--json', 'lib/index.ts'])).stdout) as {
  nodes: Record<
    string,
    {
      symbols: {
        name: string
        declarations: (Documented & { kind: string; def: Record<string, unknown> })[]
      }[]
    }
  >
}
const symbols = Object.values(nodes).flatMap(({ symbols }) => symbols)
const values = symbols.flatMap(({ name, declarations }) =>
  declarations.map((declaration) => ({ ...declaration, name })),
)
const callables = values.flatMap(({ name, kind, def, jsDoc }): Declared[] => {
  if (kind === 'function') return [{ name, kind, ...def, ...(jsDoc && { jsDoc }) }]
  const { constructors = [], methods = [] } = def as {
    constructors?: Declared[]
    methods?: (Declared & { functionDef: { hasBody?: boolean } })[]
  }
  return [
    // The body of an overloaded constructor or method is not a declaration.
    ...constructors
      .filter(({ hasBody }) => constructors.length === 1 || !hasBody)
      .map((member) => ({ ...member, kind: 'constructor', name: `new ${name}` })),
    ...methods
      .filter((member) => !member.name.startsWith('[Symbol.')) // the language calls these
      .filter(
        ({ name, functionDef }) =>
          !functionDef.hasBody || methods.filter((other) => other.name === name).length === 1,
      )
      .map(({ functionDef, ...member }) => ({
        ...member,
        ...functionDef,
        kind: 'method',
        name: `${name}.${member.name}`,
      })),
  ]
})
const tagsOf = ({ jsDoc }: Documented, kind: string) =>
  (jsDoc?.tags ?? []).filter((tag) => tag.kind === kind)

describe('comments', () => {
  it('are there for every public name and member, as deno doc --lint looks for them', async () => {
    const { status, stderr } = await run(deno, ['doc', '--lint', 'lib/index.ts'], {
      env: { ...process.env, NO_COLOR: '1' },
    })
    expect({ status, stderr }).toEqual({ status: 0, stderr: 'Checked 1 file\n' })
  })

  it('are found at all', () => {
    expect(symbols.length).toBeGreaterThan(30)
    expect(callables.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['verify', 'new AccessToken', 'TwilioCapability.generate']),
    )
  })

  it.each(callables)('$name: describe each parameter', (callable) => {
    const params = (callable.params ?? []).map((param) => param.name ?? param.left?.name)
    expect(tagsOf(callable, 'param').map(({ name }) => name)).toEqual(params)
  })

  it.each(values.filter(({ kind }) => kind === 'class' || kind === 'function'))(
    '$name: show an example',
    (value) => {
      expect(tagsOf(value, 'example')[0]?.doc).toMatch(/^```ts\n[^]+\n```$/)
    },
  )

  it.each(
    callables.filter(({ params = [], name }) => params.length > 0 && !/^new \w+Error$/.test(name)),
  )('$name: describe what is thrown', (callable) => {
    expect(tagsOf(callable, 'throws').length).toBeGreaterThan(0)
  })
})

describe('lib/docs/API.md', () => {
  it('is what npm run api writes', async () => {
    const { status, stderr } = await run(process.execPath, ['spec/scripts/api.mjs', '--check'])
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  })
})

describe('lib/docs/RULES.md', () => {
  it('is what npm run rules writes', async () => {
    const { status, stderr } = await run(process.execPath, ['spec/scripts/rules.mjs', '--check'])
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  })
})

describe('jsr.json', () => {
  it('has the version of package.json', async () => {
    const versions = ['jsr.json', 'package.json'].map(
      async (file) => (JSON.parse(await readFile(file, 'utf8')) as { version: string }).version,
    )
    expect(new Set(await Promise.all(versions)).size).toBe(1)
  })

  it('is what deno publish accepts, and publishes only the library and its pages', async () => {
    const env = { ...process.env, NO_COLOR: '1' }
    const { status, stderr } = await run(deno, ['publish', '--dry-run', '--allow-dirty'], { env })
    const files = [...stderr.matchAll(/file:\/\/(\S+) \(/g)].map(([, file = '']) =>
      relative(root, file),
    )
    const pages = ['CHANGELOG.md', 'LICENSE', 'README.md', 'jsr.json', ...filesBelow('lib/docs')]
    expect({ status, files: files.sort() }, stderr).toEqual({
      status: 0,
      files: [...pages, ...librarySources()].sort(),
    })
  })
})
