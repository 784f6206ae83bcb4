// Builds dist/: the library as an ES module (index.js) and as its CommonJS twin (cjs/index.js), both for every runtime,
// the command (cli.js and command.js), which imports the library, and the token page (page.html), which contains its own
// copy of it. The declarations are tsc's, in dist/cjs/: both twins share them, so that a builder of one has the type of
// the other.
//
// The build fails if the library imports anything, uses what only some hosts have, or outgrows its budget. Specs call
// the functions that check this.
import { build, transform } from 'esbuild'
import { createHash } from 'node:crypto'
import { realpathSync } from 'node:fs'
import { readFile, rm, writeFile } from 'node:fs/promises'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'

/**
 * What a program may pay for the names that it imports: bytes, minified and gzipped. These are the figures as they are, with
 * 4 % to spare at most. What takes more than was planned (3,050 for `TwilioCapability`, 5,000 for `AccessToken`, 4,700 for
 * `verify`, 3,000 for `inspect`) are mostly words: what is wrong with a secret, a SID or an option, and what was meant.
 */
export const budgets = {
  TwilioCapability: 4640,
  AccessToken: 6020,
  TaskRouterCapability: 5050,
  verify: 6620,
  inspect: 4010, // it reads by the table of grants, and its error knows those of the CommonJS twin
  diagnose: 19200,
  verifyWebhook: 7400,
  'AccessToken, TaskRouterCapability, TwilioCapability, diagnose, inspect, signWebhook, verify, verifyWebhook': 31300,
}

const shared = { bundle: true, format: 'esm', target: 'es2022' }

/**
 * Returns what a bundle imports.
 *
 * @param {import('esbuild').Metafile} metafile
 * @param {string} outfile
 * @returns {string[]}
 */
export const importsOf = (metafile, outfile) =>
  (metafile.outputs[outfile]?.imports ?? []).map(({ path }) => path)

const hostOnly = ['Buffer', 'process', 'window', 'document', 'require']

/**
 * Returns a global name that code uses and only some hosts have.
 *
 * @param {string} code
 * @returns {Promise<string | undefined>}
 */
export async function findHostOnlyName(code) {
  // esbuild replaces what is a global there, and leaves strings and local names of the same spelling alone.
  const names = hostOnly.flatMap((name) => [name, `globalThis.${name}`])
  const define = Object.fromEntries(names.map((name) => [name, `hostOnly.${name}`]))
  const marked = await transform(code, { define })
  return /\bhostOnly\.(?:globalThis\.)?(\w+)/.exec(marked.code)?.[1]
}

/**
 * Bundles and minifies a program that uses some of the library's names.
 *
 * @param {string} names As in an import declaration.
 * @param {string} [library] The file that the program imports.
 * @returns {Promise<{ code: string, minified: number, gzipped: number }>} The sizes are in bytes.
 */
export async function bundleProgram(names, library = './dist/index.js') {
  const { outputFiles } = await build({
    ...shared,
    stdin: {
      contents: `import { ${names} } from '${library}'; globalThis.used = [${names}]`,
      resolveDir: import.meta.dirname,
    },
    platform: 'neutral',
    minify: true,
    write: false,
  })
  const [{ contents, text }] = outputFiles
  const gzipped = gzipSync(contents, { level: 9 }).length
  return { code: text, minified: contents.length, gzipped }
}

/**
 * Throws an error if a bundled program uses what only some hosts have, or is over its budget.
 *
 * @param {{ code: string, gzipped: number }} program
 * @param {number} budget In bytes, minified and gzipped.
 */
export async function checkProgram({ code, gzipped }, budget) {
  const name = await findHostOnlyName(code)
  if (name !== undefined)
    throw new Error(`dist/index.js uses ${name}, which some runtimes do not have`)
  if (gzipped > budget)
    throw new Error(`dist/index.js is over its budget: ${gzipped} of ${budget} bytes`)
}

/** Builds the ES module, and returns the names that it exports. */
async function buildLibrary() {
  const outfile = 'dist/index.js'
  const { metafile } = await build({
    ...shared,
    entryPoints: ['lib/index.ts'],
    outfile,
    platform: 'neutral',
    sourcemap: true,
    metafile: true,
  })
  const imports = importsOf(metafile, outfile)
  if (imports.length > 0) throw new Error(`${outfile} imports ${imports.join(', ')}`)
  // tsc writes the declarations into dist/cjs, in which they are those of a CommonJS module, as `require` needs them.
  await writeFile('dist/index.d.ts', "export * from './cjs/index.js'\n")
  return metafile.outputs[outfile].exports
}

/**
 * Builds the CommonJS twin.
 *
 * Its exports are plain properties, so that `jest.spyOn` can replace them: esbuild's own would be getters. Each is
 * assigned by name, so that Node finds the names if an ES module imports this file.
 */
async function buildTwin(names) {
  await build({
    ...shared,
    stdin: {
      contents: [
        `import { ${names.join(', ')} } from './lib/index.ts'`,
        `Object.defineProperty(exports, '__esModule', { value: true })`,
        ...names.map((name) => `exports.${name} = ${name}`),
      ].join('\n'),
      resolveDir: import.meta.dirname,
    },
    outfile: 'dist/cjs/index.js',
    format: 'cjs',
    platform: 'neutral',
    banner: { js: '"use strict";' }, // as every ES module is
    minifyWhitespace: true,
    minifySyntax: true,
  })
  await writeFile('dist/cjs/package.json', '{ "type": "commonjs" }\n')
}

/** Builds the command: the program that looks at Node's version, and the rest, which it loads. */
async function buildCommand() {
  const { version, engines } = JSON.parse(await readFile('package.json', 'utf8'))
  const command = {
    ...shared,
    platform: 'node',
    define: {
      VERSION: JSON.stringify(version),
      NEEDED: JSON.stringify(engines.node.replace('>=', '')),
    },
    plugins: [
      {
        name: 'the files beside it are loaded, not bundled',
        setup: ({ onResolve }) =>
          onResolve({ filter: /^\.\/cli\.ts$|^(\.\.\/)+index\.ts$/ }, ({ path }) => ({
            path: path.endsWith('index.ts') ? './index.js' : './command.js',
            external: true,
          })),
      },
    ],
  }
  await build({
    ...command,
    entryPoints: ['lib/cli/launch.ts'],
    outfile: 'dist/cli.js',
    target: 'es2020', // an old Node must be able to read it
  })
  await build({ ...command, entryPoints: ['lib/cli/cli.ts'], outfile: 'dist/command.js' })
}

async function buildPage() {
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
}

const file = fileURLToPath(import.meta.url)
if (process.argv[1] !== undefined && realpathSync(process.argv[1]) === file) {
  await rm('dist', { recursive: true, force: true })
  await buildTwin(await buildLibrary())
  await buildCommand()
  await buildPage()
  for (const [names, budget] of Object.entries(budgets)) {
    const program = await bundleProgram(names)
    console.error(
      `${names}: ${program.minified} bytes minified, ${program.gzipped} gzipped, of ${budget}`,
    )
    await checkProgram(program, budget)
  }
}
