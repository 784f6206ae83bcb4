// Builds dist/index.js, the library as one ES module for every runtime, dist/cli.js, its command, which imports the library,
// and dist/page.html, the token page, which holds its own copy of it.
// The build fails if the library imports anything, names what only some hosts have, or outgrows its budget.
import { build } from 'esbuild'
import { createHash } from 'node:crypto'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { gzipSync } from 'node:zlib'

/** What a program pays for the names that it imports: bytes, minified and gzipped. */
const budgets = {
  TwilioCapability: 3700,
  'AccessToken, TaskRouterCapability, TwilioCapability, inspect, verify': 9000,
  'AccessToken, TaskRouterCapability, TwilioCapability, diagnose, inspect, verify': 19500,
}
const hostOnly = /node:|\b(Buffer|process|window|document)\b/

await rm('dist', { recursive: true, force: true })
const shared = { bundle: true, format: 'esm', target: 'es2022' }

const library = await build({
  ...shared,
  entryPoints: ['lib/index.ts'],
  outfile: 'dist/index.js',
  platform: 'neutral',
  sourcemap: true,
  metafile: true,
})
const { imports } = library.metafile.outputs['dist/index.js']
if (imports.length > 0)
  throw new Error(`dist/index.js imports ${imports.map(({ path }) => path).join(', ')}`)

const { version } = JSON.parse(await readFile('package.json', 'utf8'))
await build({
  ...shared,
  entryPoints: ['lib/cli/cli.ts'],
  outfile: 'dist/cli.js',
  platform: 'node',
  define: { VERSION: JSON.stringify(version) },
  plugins: [
    {
      name: 'the library is the file beside it',
      setup: ({ onResolve }) =>
        onResolve({ filter: /^(\.\.\/)+index\.ts$/ }, () => ({
          path: './index.js',
          external: true,
        })),
    },
  ],
})

const sources = { SCRIPT: 'lib/page/page.ts', CSS: 'lib/page/page.css' }
const parts = {}
for (const [name, source] of Object.entries(sources)) {
  const { outputFiles } = await build({
    ...shared,
    entryPoints: [source],
    platform: 'browser',
    minify: true,
    write: false,
  })
  parts[name] = outputFiles[0].text.trim() // esbuild writes </script as <\\/script, and so with </style
}
for (const text of Object.values(parts))
  if (/<\/(script|style)/i.test(text))
    throw new Error('dist/page.html would end its script or style too early')
const sha256 = (text) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`
parts.CSP = `default-src 'none'; script-src ${sha256(parts.SCRIPT)}; style-src ${sha256(parts.CSS)}; connect-src 'none'; img-src data:; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'`
const template = await readFile('lib/page/page.html', 'utf8')
await writeFile(
  'dist/page.html',
  template.replace(/\s*\b(SCRIPT|CSS)\b\s*|\bCSP\b/g, (found, name) => parts[name ?? found]),
)

for (const [names, budget] of Object.entries(budgets)) {
  const contents = `import { ${names} } from './dist/index.js'; globalThis.used = [${names}]`
  const { outputFiles } = await build({
    ...shared,
    stdin: { contents, resolveDir: '.' },
    platform: 'neutral',
    minify: true,
    write: false,
  })
  const [code] = outputFiles
  const found = hostOnly.exec(code.text) // in minified code, where no comment is left
  if (found) throw new Error(`dist/index.js names ${found[0]}, which some runtimes do not have`)
  const bytes = gzipSync(code.contents, { level: 9 }).length
  console.error(`${names}: ${code.contents.length} bytes minified, ${bytes} gzipped, of ${budget}`)
  if (bytes > budget) throw new Error('dist/index.js is over its budget')
}
