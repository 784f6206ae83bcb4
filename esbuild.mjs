// Builds dist/index.js, the library as one ES module for every runtime, and dist/cli.js, its command, which imports the library.
// The build fails if the library imports anything, names what only some hosts have, or outgrows its budget.
import { build } from 'esbuild'
import { readFile, rm } from 'node:fs/promises'
import { gzipSync } from 'node:zlib'

/** What a program pays for the names that it imports: bytes, minified and gzipped. */
const budgets = {
  TwilioCapability: 2000,
  'AccessToken, TaskRouterCapability, TwilioCapability, inspect, verify': 7500,
  'AccessToken, TaskRouterCapability, TwilioCapability, diagnose, inspect, verify': 9500,
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
if (imports.length > 0) throw new Error(`dist/index.js imports ${imports.map(({ path }) => path).join(', ')}`)

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
      setup: ({ onResolve }) => onResolve({ filter: /^\.\.\/index\.ts$/ }, () => ({ path: './index.js', external: true })),
    },
  ],
})

for (const [names, budget] of Object.entries(budgets)) {
  const contents = `import { ${names} } from './dist/index.js'; globalThis.used = [${names}]`
  const { outputFiles } = await build({ ...shared, stdin: { contents, resolveDir: '.' }, platform: 'neutral', minify: true, write: false })
  const [code] = outputFiles
  const found = hostOnly.exec(code.text) // in minified code, where no comment is left
  if (found) throw new Error(`dist/index.js names ${found[0]}, which some runtimes do not have`)
  const bytes = gzipSync(code.contents, { level: 9 }).length
  console.error(`${names}: ${code.contents.length} bytes minified, ${bytes} gzipped, of ${budget}`)
  if (bytes > budget) throw new Error('dist/index.js is over its budget')
}
