// Which option or command was probably meant.

// Other words for an option, without dashes, and what they may mean: the first option that the command has is suggested.
const synonyms: readonly (readonly [words: string, meant: readonly string[]])[] = [
  [
    'ttl e t exp expiry expire expiresin expiresat lifetime duration timeout validuntil',
    ['expires'],
  ],
  ['nbf start startsat validfrom from', ['not-before']],
  ['client clientname name user username userid id uid i', ['identity', 'incoming']],
  ['clientincoming allowclientincoming incomingallow in inbound', ['voice-incoming', 'incoming']],
  ['incoming voice calls voicein', ['voice-incoming', 'incoming']],
  [
    'app appsid application applicationsid outgoingapplicationsid twimlapp twimlappsid',
    ['voice-outgoing', 'outgoing'],
  ],
  [
    'outgoing voiceout outbound clientoutgoing allowclientoutgoing out',
    ['voice-outgoing', 'outgoing'],
  ],
  ['identity voiceincoming', ['incoming']],
  ['voiceoutgoing', ['outgoing']],
  ['params parameter parameters appparams data', ['param']],
  ['eventstream alloweventstream event stream', ['events']],
  ['room roomname videoroom', ['video']],
  ['conversation conversations chatservice ipmessaging servicesid service', ['chat']],
  ['datasync syncservice', ['sync']],
  ['workspacesid workspace taskrouter', ['workspace', 'taskrouter']],
  ['workersid worker channelsid taskqueue taskqueuesid queue', ['worker', 'channel']],
  ['pushcredentialsid push credential credentialsid', ['push-credential']],
  ['endpointid device deviceid', ['endpoint']],
  ['edge twr location', ['region']],
  ['p', ['port', 'param']],
  ['d data json payload file', ['body']],
  ['verify validate signature', ['check']],
  ['type mediatype', ['content-type']],
  ['format output raw j', ['json']],
  ['werror failonwarning failonwarnings warnings s', ['strict']],
  ['env dotenv config', ['env-file']],
]

const commandSynonyms: Readonly<Record<string, string>> = {
  // @ts-expect-error: no command has this name; without it, `commandSynonyms['toString']` would be a function
  __proto__: null,
  decode: 'inspect',
  verify: 'inspect',
  check: 'inspect',
  diagnose: 'inspect',
  explain: 'inspect',
  read: 'inspect',
  show: 'inspect',
  debug: 'inspect',
  validate: 'inspect',
  token: 'access',
  accesstoken: 'access',
  generate: 'access',
  create: 'access',
  mint: 'access',
  make: 'access',
  new: 'access',
  sign: 'access',
  voice: 'access',
  video: 'access',
  chat: 'access',
  sync: 'access',
  client: 'capability',
  capabilitytoken: 'capability',
  worker: 'taskrouter',
  workspace: 'taskrouter',
  hook: 'webhook',
  callback: 'webhook',
  request: 'webhook',
  signwebhook: 'webhook',
  verifywebhook: 'webhook',
  serve: 'page',
  server: 'page',
  web: 'page',
  ui: 'page',
  open: 'page',
  browser: 'page',
}

/** Returns the name of an unknown option as typed, with a space before it, unless it may be a secret. */
export function showOption(arg: string): string {
  const [name = ''] = arg.split('=', 1)
  return /^--?[a-z][a-z_-]{0,30}$/i.test(name) ? ` ${name}` : ''
}

/** Returns what to use instead of an unknown option. */
export function optionAdvice(name: string, known: readonly string[]): string | undefined {
  return findOption(name, [...known, 'env-file', 'help'])
}

/** Returns the command that a word probably means. */
export function findCommand(word: string, known: readonly string[]): string | undefined {
  return commandSynonyms[plain(word)] ?? closest(word, known)
}

function findOption(name: string, known: readonly string[]): string | undefined {
  const given = [plain(name), plain(name).replace(/^(allow|grant)/, '')]
  const same = known.find((option) => given.includes(plain(option)))
  if (same !== undefined) return `use --${same}`
  if (/^(no)?colors?$/.test(plain(name)))
    return 'set the variable NO_COLOR for output without color'
  if (known.includes('curl') && plain(name).endsWith('url'))
    return 'pass the URL without an option before it'
  if (known.includes('json')) {
    if (/^(token|jwt|t)$/.test(plain(name))) return 'pass the token without an option before it'
    if (/^(file|input|f)$/.test(plain(name))) return 'pass a file on standard input, with < FILE'
  }
  if (/secret|auth|passw|signing|api-?_?key|token|^key$/i.test(name))
    return /sid$/i.test(name)
      ? 'SIDs of accounts and keys are read from the environment or --env-file'
      : 'secrets are read only from the environment or --env-file'
  if (/account|key-?_?sid|^sid$/i.test(name))
    return 'SIDs of accounts and keys are read from the environment or --env-file'
  for (const [words, meant] of synonyms) {
    const option =
      words.split(' ').some((word) => given.includes(word)) &&
      meant.find((one) => known.includes(one))
    if (option) return `use --${option}`
  }
  const option = closest(name, known)
  return option === undefined ? undefined : `use --${option}`
}

// At most a third of the letters may differ, and at most two.
function closest(name: string, candidates: readonly string[]): string | undefined {
  const text = plain(name)
  for (let count = 0; count <= Math.min(2, text.length / 3); count++) {
    const found = candidates.find((candidate) => isWithin(text, plain(candidate), count))
    if (found !== undefined) return found
  }
  return undefined
}

function plain(name: string): string {
  return name.toLowerCase().replace(/[-_]/g, '')
}

// Whether so many insertions, deletions, replacements and swaps of neighbors turn one text into another.
function isWithin(a: string, b: string, count: number): boolean {
  const [[first, second], [other, next]] = [a, b]
  if (a === b) return true
  if (first === other) return isWithin(a.slice(1), b.slice(1), count)
  if (count === 0) return false
  const isSwapped = first === next && second === other
  return (
    isWithin(a.slice(1), b.slice(1), count - 1) ||
    isWithin(a.slice(1), b, count - 1) ||
    isWithin(a, b.slice(1), count - 1) ||
    (isSwapped && isWithin(a.slice(2), b.slice(2), count - 1))
  )
}
