// What Markdown files point to: files, headings, scripts and options of the command that exist.

import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import process from 'node:process'
import { describe, expect, it } from 'vitest'
import { root } from '../runtimes/find.mjs'
import { run } from '../runtimes/run.mjs'
import { markdownFiles } from '../support/files.mjs'

const pages = new Map<string, string>()
for (const file of markdownFiles()) pages.set(file, await readFile(join(root, file), 'utf8'))

const withoutCode = (text: string) => text.replace(/^```.*?^```$/gms, '')

/** The anchors of a page, as GitHub makes them of its headings: letters, digits, hyphens and underscores stay. */
function anchorsOf(text: string): Set<string> {
  const anchors = new Set<string>()
  for (const [, heading = ''] of withoutCode(text).matchAll(/^#+ (.+)$/gm)) {
    const slug = heading
      .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .toLowerCase()
      .replace(/[^\p{L}\p{N}_ -]/gu, '')
      .replaceAll(' ', '-')
    let anchor = slug
    for (let i = 1; anchors.has(anchor); i++) anchor = `${slug}-${i}`
    anchors.add(anchor)
  }
  return anchors
}

/** The relative links and images of a page. */
const linksOf = (text: string) =>
  [...withoutCode(text).matchAll(/\]\(([^)\s]+)\)|\b(?:src|srcset)="([^"]+)"/g)]
    .map(([, link, image]) => link ?? image ?? '')
    .filter((link) => !/^\w+:/.test(link))

const links = [...pages].flatMap(([file, text]) =>
  linksOf(text).map((link) => {
    const [path = '', anchor] = link.split('#')
    const target = path === '' ? file : relative(root, join(root, dirname(file), path))
    return { file, link, target, anchor }
  }),
)

describe('links', () => {
  it('links are found', () => {
    expect(links.length).toBeGreaterThan(40)
    expect(links.filter(({ anchor }) => anchor !== undefined).length).toBeGreaterThan(10)
  })

  it.each([...pages.keys()])('%s links only to files and headings that exist', (file) => {
    const broken = links.filter(({ file: from, target, anchor }) => {
      if (from !== file) return false
      if (!existsSync(join(root, target))) return true
      return anchor !== undefined && !anchorsOf(pages.get(target) ?? '').has(anchor)
    })
    expect(broken.map(({ link }) => link)).toEqual([])
  })

  it('the README and the pages in lib/docs link only to what the package contains', async () => {
    const { stdout } = await run('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'])
    const [{ files }] = JSON.parse(stdout) as [{ files: { path: string }[] }]
    const packed = files.map(({ path }) => path)
    const missing = links.filter(
      ({ file, target }) =>
        /^(README\.md|lib\/docs\/)/.test(file) &&
        !packed.some((path) => path === target || path.startsWith(`${target}/`)),
    )
    expect(missing).toEqual([])
  })
})

/** What is set as code: commands in blocks and in running text. */
const commands = [...pages].flatMap(([file, text]) =>
  [...text.matchAll(/`([^`\n]+)`|^(?:\$ )?((?:npm|npx|node|deno) .+)$/gm)].map(
    ([, inline, line]) => ({ file, command: inline ?? line ?? '' }),
  ),
)

describe('commands', () => {
  it('Markdown files name only scripts of package.json', async () => {
    const { scripts } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as {
      scripts: Record<string, string>
    }
    const named = commands.flatMap(({ file, command }) =>
      [...command.matchAll(/\bnpm run ([\w:]+)/g)].map(([, name = '']) => ({ file, name })),
    )
    expect(named.length).toBeGreaterThan(10)
    expect(named.filter(({ name }) => scripts[name] === undefined)).toEqual([])
  })

  it('Markdown files name only programs and specs that exist', () => {
    const named = commands.flatMap(({ file, command }) =>
      [...command.matchAll(/\b(?:bench|lib|spec)\/[\w./-]+\.(?:mjs|ts)\b/g)].map(([path]) => ({
        file,
        path,
      })),
    )
    expect(named.length).toBeGreaterThan(5)
    expect(named.filter(({ path }) => !existsSync(join(root, path)))).toEqual([])
  })

  it('Markdown files name only commands and options that the command has', async () => {
    const used = commands.flatMap(({ file, command }) =>
      [...command.matchAll(/\b(?:npx |npm:)twilio-tokens ([a-z]+)((?: [^|;`]+)?)/g)].map(
        ([, name = '', rest = '']) => ({
          file,
          name,
          options: [...(rest.match(/--[a-z-]+/g) ?? [])],
        }),
      ),
    )
    expect(used.length).toBeGreaterThan(10)
    const help = new Map<string, string>()
    for (const { name } of used)
      if (!help.has(name)) {
        const cli = join(root, 'dist/cli.js')
        const { status, stdout } = await run(process.execPath, [cli, name, '--help'])
        expect({ name, status }).toEqual({ name, status: 0 })
        help.set(name, `${stdout} --help`)
      }
    const mistaken = used.flatMap(({ file, name, options }) =>
      options
        .filter((option) => !new RegExp(`${option}\\b`).test(help.get(name) ?? ''))
        // Shown as a mistake, with what the command says to it.
        .filter((option) => pages.get(file)?.includes(`Unknown option ${option}`) !== true)
        .map((option) => ({ file, name, option })),
    )
    expect(mistaken).toEqual([])
  })
})

describe('prose', () => {
  it('the README has at most 250 lines', () => {
    expect(pages.get('README.md')?.trimEnd().split('\n').length).toBeLessThanOrEqual(250)
  })

  it.each([...pages.keys()].filter((file) => !/CHANGELOG|API|RULES/.test(file)))(
    '%s has no line of prose with more than 120 characters',
    (file) => {
      const lines = withoutCode(pages.get(file) ?? '').split('\n')
      const isProse = (line: string) => !/^\||^!\[|^ *<|^- `/.test(line)
      expect(lines.filter((line) => isProse(line) && [...line].length > 120)).toEqual([])
    },
  )
})
