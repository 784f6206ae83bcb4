// npm run rules: writes lib/docs/RULES.md from the comments beside the rules in lib/diagnose/finding.ts, and from the samples in
// spec/diagnose/samples.ts, with what `diagnose` says about them; and spec/field/words.json, what it says about the cases there.
//
//   node spec/scripts/rules.mjs --check   only says whether both are as they would be written

import { readFile, writeFile } from 'node:fs/promises'
import { relative } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import prettier from 'prettier'

const root = fileURLToPath(new URL('../../', import.meta.url))
const page = `${root}lib/docs/RULES.md`
const words = `${root}spec/field/words.json`
const source = `${root}lib/diagnose/finding.ts`

const { outputFiles } = await build({
  stdin: {
    contents: `
      export { codesOf } from './lib/diagnose/finding.ts'
      export { diagnose } from './lib/index.ts'
      export { acceptedErrors, samples } from './spec/diagnose/samples.ts'
      export { default as cases } from './spec/field/cases.json'
      export { default as variants } from './spec/field/variants.json'
      export { claims, headers, now } from './spec/support/subjects.ts'`,
    resolveDir: root,
  },
  alias: { 'twilio-tokens': `${root}lib/index.ts` },
  bundle: true,
  write: false,
  format: 'esm',
})
const { acceptedErrors, cases, claims, codesOf, diagnose, headers, now, samples, variants } =
  await import(`data:text/javascript,${encodeURIComponent(outputFiles[0].text)}`)

/** The comments of the members of `Rule`, by rule. */
async function meanings() {
  const text = await readFile(source, 'utf8')
  const members = text.matchAll(/\/\*\* ((?:(?!\*\/)[^])*?) \*\/\s*\| '([\w-]+)'/g)
  return Object.fromEntries([...members].map(([, comment, rule]) => [rule, comment]))
}

const groups = {
  text: 'The text',
  header: 'Header and kind',
  party: 'Parties',
  time: 'Times',
  identity: 'Identity and client names',
  grants: 'Grants',
  scope: 'Scopes and policies',
  signature: 'The signature',
}
const groupOf = (rule) =>
  groups[
    { kind: 'header', jti: 'party', secret: 'party', grant: 'grants', policy: 'scope' }[
      rule.split('-', 1)[0]
    ] ?? rule.split('-', 1)[0]
  ]

const link = (code) => `[${code}](https://www.twilio.com/docs/api/errors/${code})`
const json = (value) => `\`\`\`json\n${JSON.stringify(value, null, 2)}\n\`\`\``
const literal = (text) => text.replace(/[<>*_`[\]\\|]/g, '\\$&')
const shorten = (text) => text.replace(/a{60,}/g, 'aaa…')

async function section(rule, meaning) {
  const { breaks, holds } = samples[rule]
  const { secret } = breaks
  const findings = await diagnose(await breaks.text(), { now, ...(secret && { secret }) })
  const { severity, detail, fix } = findings.find((finding) => finding.rule === rule)
  const codes = [...new Set(codesOf[rule])].map(link).join(' / ')
  return [
    `### ${rule}`,
    `${meaning} Twilio's code: ${codes}.`,
    [
      `- Breaks it (${severity}): ${shorten(breaks.shown)}. _${literal(shorten(detail))}_: ${literal(fix)}.`,
      `- Does not break it: ${shorten(holds.shown)}.`,
    ].join('\n'),
  ]
}

const texts = await meanings()
const rules = Object.keys(codesOf)
const missing = rules.filter((rule) => !texts[rule] || !samples[rule])
if (missing.length > 0) throw new Error(`without a meaning or samples: ${missing.join(', ')}`)

const sections = []
let group
for (const rule of rules) {
  if (groupOf(rule) !== group) sections.push(`## ${(group = groupOf(rule))}`)
  sections.push(...(await section(rule, texts[rule])))
}

const markdown = [
  '# Rules',
  '<!-- Written by npm run rules from lib/diagnose/finding.ts and spec/diagnose/samples.ts. -->',
  '`diagnose` yields findings by these rules. The id of a rule is stable, and `detail` and `fix` may be reworded. Of two codes, the first is for access tokens and TaskRouter tokens, the second for capability tokens. An error means that Twilio rejects the token, or that the token reveals a secret. A warning means that the token works only today, or only with some clients.',
  'A finding has a `pointer` (RFC 6901) into `{ header, claims, signature }`. If something is missing, it points to where it should be. `time-expired`, `time-future` and every other rule about the current time allow for `clockTolerance`.',
  `The samples below are these tokens with changes, judged at ${now}. Each was run when this page was written.`,
  '<details><summary>The sound tokens</summary>',
  'An access token:',
  json({ header: headers.access, claims: claims.access }),
  'A capability token:',
  json({ header: headers.capability, claims: claims.capability }),
  'A TaskRouter token:',
  json({ header: headers.taskrouter, claims: claims.taskrouter }),
  '</details>',
  '## What verify accepts',
  '`diagnose` has an error for everything that `verify` rejects without its option `kind`. `verify` asks whether a token is genuine and what it says. Therefore it accepts some tokens that Twilio rejects, and this list is complete:',
  Object.entries(acceptedErrors)
    .map(([rule, when]) => `- [${rule}](#${rule}): ${when}`)
    .join('\n'),
  ...sections,
].join('\n\n')
const wanted = await prettier.format(markdown, {
  ...(await prettier.resolveConfig(page)),
  filepath: page,
})

const said = {}
for (const { id, text, secret, now, clockTolerance } of [...cases, ...variants]) {
  // Through JSON, in which what is undefined is absent.
  const options = JSON.parse(JSON.stringify({ secret, now, clockTolerance }))
  const findings = await diagnose(text, options)
  said[id] = findings.map(({ rule, detail, fix }) => `${rule}: ${detail}. ${fix}`)
}

const files = { [page]: wanted, [words]: `${JSON.stringify(said, null, 1)}\n` }
for (const [file, text] of Object.entries(files)) {
  if (!process.argv.includes('--check')) await writeFile(file, text)
  else if ((await readFile(file, 'utf8').catch(() => '')) !== text) {
    console.error(`${relative(root, file)} is not as npm run rules would write it`)
    process.exitCode = 1
  }
}
