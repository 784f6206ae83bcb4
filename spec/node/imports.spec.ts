// Who may import whom in lib/: each file imports what stands below it, so that a program carries only what it uses and a reader can start
// anywhere. .github/CONTRIBUTING.md draws the layers.

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { root } from '../runtimes/find.mjs'
import { filesBelow, sources } from '../support/files.mjs'

interface Import {
  from: string
  to: string
  isType: boolean
}

/** From above to below. A file may import those of its own layer, unless the rules further down forbid it, and never one above. */
const layers: readonly (readonly string[])[] = [
  ['cli/', 'page/'],
  ['report/'],
  ['index'],
  ['verify', 'diagnose', 'diagnose/', 'webhook/'],
  ['contents'],
  ['capability', 'access-token', 'taskrouter'],
  ['migrate'],
  ['grants', 'scope', 'policies'],
  ['options'],
  ['names', 'check', 'claims', 'jwt'],
  ['hmac', 'base64url', 'utf8', 'error', 'limits', 'describe', 'platform'],
]
const tokenFiles = ['capability', 'access-token', 'taskrouter']
const rules = ['text', 'header', 'parties', 'times', 'identity', 'grants', 'scopes', 'signature']
const ruleFiles = rules.map((rule) => `diagnose/${rule}`)

const layerOf = (file: string) =>
  layers.findIndex((layer) =>
    layer.some((name) => name === file || (name.endsWith('/') && file.startsWith(name))),
  )

/** The import lines of a file. Those of examples in comments stand behind an asterisk. */
async function importsOf(file: string): Promise<{ path: string; isType: boolean }[]> {
  const source = await readFile(join(root, file), 'utf8')
  const statements = source.matchAll(
    /^(import|export)\s(type\s)?[^'";]*?\bfrom '([^']+)'|^import '([^']+)'/gm,
  )
  return [...statements].map(([, , type, path, bare]) => ({
    path: path ?? bare ?? '',
    isType: type !== undefined,
  }))
}

const nameOf = (file: string) => file.replace(/^lib\/|\.ts$/g, '')
const files = sources().map(nameOf)
const imports: Import[] = []
const foreign: string[] = []
for (const file of sources())
  for (const { path, isType } of await importsOf(file)) {
    if (path.startsWith('.')) {
      const to = nameOf(join(file, '..', path))
      imports.push({ from: nameOf(file), to, isType })
    } else foreign.push(`${nameOf(file)} -> ${path}`)
  }

const shown = (found: Import[]) => found.map(({ from, to }) => `${from} -> ${to}`)
const isBelow = (folder: string) => (file: string) => file.startsWith(`${folder}/`)
const among = (folder: string) => imports.filter(({ from }) => isBelow(folder)(from))

describe('lib/', () => {
  it('has a layer for every file', () => {
    expect(files.filter((file) => layerOf(file) < 0)).toEqual([])
    expect(imports.length).toBeGreaterThan(files.length)
    for (const { to } of imports) expect(files).toContain(to)
  })

  it('imports nothing from above', () => {
    expect(shown(imports.filter(({ from, to }) => layerOf(to) < layerOf(from)))).toEqual([])
  })

  it('has no cycle', () => {
    const cycles: string[] = []
    const visit = (file: string, path: readonly string[]) => {
      if (path.includes(file)) cycles.push([...path.slice(path.indexOf(file)), file].join(' -> '))
      else for (const { from, to } of imports) if (from === file) visit(to, [...path, file])
    }
    for (const file of files) visit(file, [])
    expect(cycles).toEqual([])
  })

  it('imports nothing from outside, except that the command imports modules of Node', () => {
    expect(foreign.filter((line) => !/^cli\/\S+ -> node:/.test(line))).toEqual([])
  })

  it('reads no process outside cli/cli.ts and cli/launch.ts', async () => {
    const readers: string[] = []
    for (const file of sources())
      if (
        /^import process\b|\bprocess\.(env|argv|std|exit)/m.test(
          await readFile(join(root, file), 'utf8'),
        )
      )
        readers.push(nameOf(file))
    expect(readers).toEqual(['cli/cli', 'cli/launch'])
  })
})

describe('the command and the page', () => {
  // Until lib/report/ is there, the page takes these from the command.
  const forNow = ['describe', 'duration', 'style'].map((name) => `page/page -> cli/${name}`)

  it('see the library through index.ts and report/, and not each other', () => {
    const allowed = ({ from, to }: Import) =>
      to === 'index' || isBelow('report')(to) || from.split('/')[0] === to.split('/')[0]
    const found = [...among('cli'), ...among('page')].filter((each) => !allowed(each))
    expect(shown(found).filter((line) => ![...forNow, 'page/page -> jwt'].includes(line))).toEqual(
      [],
    )
  })

  it('share report/, which sees index.ts, and jwt.ts and diagnose/text.ts for what is not a token yet', () => {
    const found = among('report').filter(
      ({ to }) => !['index', 'jwt', 'diagnose/text'].includes(to) && !isBelow('report')(to),
    )
    expect(shown(found)).toEqual([])
  })
})

describe('the tokens', () => {
  it('do not import each other, except for types', () => {
    const found = imports.filter(
      ({ from, to, isType }) => tokenFiles.includes(from) && tokenFiles.includes(to) && !isType,
    )
    expect(shown(found)).toEqual([])
  })
})

describe('webhook/', () => {
  it('carries no token code', () => {
    const allowed = ['options', 'names', 'check', 'hmac', 'base64url', 'utf8', 'error', 'limits']
    const found = among('webhook').filter(
      ({ to }) => ![...allowed, 'describe'].includes(to) && !isBelow('webhook')(to),
    )
    expect(shown(found)).toEqual([])
  })
})

describe('diagnose/', () => {
  it('has rules that see only what they judge by, and no other rule except identity', () => {
    const judgedBy = ['grants', 'scope', 'policies', 'names', 'limits', 'claims', 'describe']
    const more: Record<string, string[]> = {
      'diagnose/text': ['base64url', 'jwt', 'utf8'],
      'diagnose/signature': ['base64url', 'jwt', 'utf8', 'hmac'],
    }
    const found = imports.filter(({ from, to }) => {
      if (!ruleFiles.includes(from)) return false
      if (isBelow('diagnose')(to)) return ruleFiles.includes(to) && to !== 'diagnose/identity'
      return ![...judgedBy, ...(more[from] ?? [])].includes(to)
    })
    expect(shown(found)).toEqual([])
  })

  it('has no rule that another file than diagnose.ts imports', () => {
    const found = imports.filter(
      ({ from, to }) =>
        ruleFiles.includes(to) &&
        from !== 'diagnose/diagnose' &&
        !ruleFiles.includes(from) &&
        !(isBelow('report')(from) && to === 'diagnose/text'),
    )
    expect(shown(found)).toEqual([])
  })
})

describe('bench/', () => {
  it('imports itself, the bundle, the runtimes, the examples and packages', async () => {
    const found: string[] = []
    for (const file of filesBelow('bench').filter((file) => file.endsWith('.mjs')))
      for (const { path } of await importsOf(file)) {
        const to = path.startsWith('.') ? join(file, '..', path) : path
        if (
          path.startsWith('.') &&
          !/^(bench\/|dist\/index\.js$|spec\/(runtimes|examples)\/)/.test(to)
        )
          found.push(`${file} -> ${to}`)
      }
    expect(found).toEqual([])
  })
})
