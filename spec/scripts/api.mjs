// npm run api: writes lib/docs/API.md from the comments of the public names, as they stand in the types that are shipped.
//
//   node spec/scripts/api.mjs --check   only says whether the page is as it would be written

import { readFile, writeFile } from 'node:fs/promises'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import prettier from 'prettier'
import ts from 'typescript'

const root = fileURLToPath(new URL('../../', import.meta.url))
const page = `${root}lib/docs/API.md`
const entry = `${root}dist/index.d.ts`

const program = ts.createProgram([entry], {
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.NodeNext,
  types: [],
})
const checker = program.getTypeChecker()
const names = checker.getExportsOfModule(checker.getSymbolAtLocation(program.getSourceFile(entry)))
const symbols = names.map((symbol) =>
  symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol,
)
const isValue = (symbol) => (symbol.flags & (ts.SymbolFlags.Class | ts.SymbolFlags.Function)) !== 0

const link = (symbol) => `[\`${symbol.name}\`](#${symbol.name.toLowerCase()})`

/** A comment as Markdown, in which {@link Name} is a link to the section of that name. */
function text(parts = []) {
  const markdown = parts.map(({ kind, text }) => {
    if (kind === 'link') return '' // the braces
    return kind === 'linkName' ? `[\`${text}\`](#${text.toLowerCase().replace(/\W/g, '')})` : text
  })
  return markdown.join('').trim()
}

/** The comment of a symbol or a constructor, as Markdown; examples come last. */
function comment(documented) {
  const tags = documented.getJsDocTags(checker)
  const of = (name) => tags.filter((tag) => tag.name === name).map((tag) => text(tag.text))
  const params = of('param').map((param) => param.replace(/^(\S+)\s+/, '- `$1`: '))
  const returns = of('returns').map((returned) => `- Returns ${lowerFirst(returned)}`)
  const throws = of('throws').map((thrown) => thrown.replace(/^\{?(\w+)\}?\s+/, '- Throws a `$1` '))
  const see = of('see').map((address) => `See <${address}>`)
  return [
    text(documented.getDocumentationComment(checker)),
    [...params, ...returns, ...throws].join('\n'),
    ...see,
    ...of('example'),
  ].filter(Boolean)
}

// Only the first letter of an ordinary word.
const lowerFirst = (sentence) =>
  sentence.replace(/^[A-Z](?=[a-z]* )/, (letter) => letter.toLowerCase())

const printer = ts.createPrinter({ removeComments: true })
const declared = (node) =>
  printer
    .printNode(ts.EmitHint.Unspecified, node, node.getSourceFile())
    .replace(/^export declare /, '')
const code = (shown) => `\`\`\`ts\n${shown}\n\`\`\``

function section(symbol) {
  const [node] = symbol.declarations
  const heading = `### ${symbol.name}`
  if (ts.isClassDeclaration(node))
    return [
      heading,
      ...comment(symbol),
      ...node.members.flatMap((member) => memberOf(symbol, member)),
    ]
  // The members of a type have their comments in the code, where they are read.
  const shown = isValue(symbol) ? declared(node) : node.getText().replace(/^export (declare )?/, '')
  const [summary, ...rest] = comment(symbol)
  return [heading, summary, code(shown), ...rest]
}

function memberOf(symbol, member) {
  if (
    member.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.PrivateKeyword) ||
    member.name?.kind === ts.SyntaxKind.PrivateIdentifier
  )
    return []
  const documented = ts.isConstructorDeclaration(member)
    ? checker.getSignatureFromDeclaration(member)
    : checker.getSymbolAtLocation(member.name)
  const title = ts.isConstructorDeclaration(member)
    ? `new ${symbol.name}`
    : `${symbol.name}.${member.name.getText()}`
  const shown = declared(member).replace(/^constructor/, title)
  return [`#### ${title}`, code(shown), ...comment(documented)]
}

const [values, types] = [symbols.filter(isValue), symbols.filter((symbol) => !isValue(symbol))]
const markdown = [
  '# API',
  '<!-- Written by npm run api from the comments in lib/. -->',
  'Everything that `twilio-tokens` exports. The [README](../../README.md) shows how it is used.',
  `- Classes and functions: ${values.map(link).join(', ')}\n- Types: ${types.map(link).join(', ')}`,
  '## Classes and functions',
  ...values.flatMap(section),
  '## Types',
  ...types.flatMap(section),
].join('\n\n')
const wanted = await prettier.format(markdown, {
  ...(await prettier.resolveConfig(page)),
  filepath: page,
})

if (!process.argv.includes('--check')) await writeFile(page, wanted)
else if ((await readFile(page, 'utf8').catch(() => '')) !== wanted) {
  console.error('lib/docs/API.md is not as npm run api would write it')
  process.exitCode = 1
}
