// The token page: says in a browser what `twilio-tokens inspect` says in a terminal. A token is a stranger's text: it comes into the page
// as text alone, and as `printable` has it.

import { describe } from '../cli/describe.ts'
import { date, expiry } from '../cli/duration.ts'
import { printable } from '../cli/style.ts'
import { diagnose, inspect, type Finding, type TokenContents } from '../index.ts'
import { decode, isSigned, type DecodedToken } from '../jwt.ts'

const tokenField = field('token', HTMLTextAreaElement)
const secretField = field('secret', HTMLInputElement)
const verdict = field('verdict', HTMLElement)
const result = field('result', HTMLElement)

let turn = 0 // what was typed last is what is shown, however long the checks before it take
let tick: ReturnType<typeof setInterval> | undefined

tokenField.addEventListener('input', () => void show())
secretField.addEventListener('input', () => void show())
void show() // a browser may bring back what was in the fields

async function show(): Promise<void> {
  const mine = ++turn
  clearInterval(tick)
  const token = tokenField.value.trim()
  if (token === '') {
    say('', '')
    result.replaceChildren()
    return
  }
  const secret = secretField.value
  const decoded = attempt(() => decode(token))
  const contents = attempt(() => inspect(token))
  const signed =
    secret === '' || decoded === undefined ? undefined : await isSigned(decoded, [secret])
  const findings = await diagnose(token, secret === '' ? {} : { secret })
  if (mine !== turn) return
  const errors = findings.filter(({ severity }) => severity === 'error').length
  const signature =
    signed === undefined
      ? 'signature not checked'
      : signed
        ? 'signed with this secret'
        : 'not signed with this secret'
  // Contents may be nested deeper than a stack can follow: what was found of them is told all the same.
  const shown =
    attempt(() => sections(decoded, contents, findings)) ?? sections(undefined, undefined, findings)
  if (decoded === undefined) say('error', 'No token that can be read')
  else
    say(
      errors > 0 ? 'error' : 'good',
      `${errors > 0 ? 'Twilio would refuse it' : 'No error found'}; ${signature}`,
    )
  result.replaceChildren(...shown)
}

function sections(
  decoded: DecodedToken | undefined,
  contents: TokenContents | undefined,
  findings: Finding[],
): HTMLElement[] {
  const [kind = '', ...lines] =
    contents === undefined ? [] : describe(contents, 0, (_, text) => text).slice(0, -1)
  return [
    ...(contents === undefined
      ? []
      : [section('Life', ...life(contents)), section(kind, nested(lines))]),
    section(
      'Findings',
      ...(findings.length === 0
        ? [element('p', 'nothing to find fault with', 'good')]
        : findings.flatMap(told)),
    ),
    ...(decoded === undefined
      ? []
      : [
          section('Header', element('pre', json(decoded.header))),
          section('Claims', element('pre', json(decoded.claims))),
        ]),
  ]
}

// Without the time when it was made, which a capability token does not tell, there is no share to show, only what is left.
function life(contents: TokenContents): HTMLElement[] {
  const { expiresAt: expires } = contents
  const made = contents.kind === 'access' ? contents.issuedAt : undefined
  const left = element('p', '')
  const bar = document.createElement('progress')
  bar.max = 1
  let isOver = expires * 1000 <= Date.now()
  const update = () => {
    const now = Math.floor(Date.now() / 1000)
    if (!isOver && expires <= now) {
      isOver = true
      void show() // the findings are others now
    }
    left.textContent = expiry(expires, now)
    left.className = expires > now ? '' : 'error'
    if (made !== undefined && expires > made)
      bar.value = Math.min(1, Math.max(0, (now - made) / (expires - made)))
    bar.setAttribute('aria-valuetext', left.textContent)
  }
  update()
  tick = setInterval(update, 1000)
  if (made === undefined) return [left]
  bar.setAttribute('aria-label', 'How much of its life is over')
  return [bar, left, element('p', `made ${date(made)}`, 'quiet')]
}

function told({ severity, code, title, detail, fix }: Finding): HTMLElement[] {
  const heading = element('h3', `${severity} ${code}: ${title}`, severity)
  return [heading, element('p', printable(detail)), element('p', printable(fix), 'quiet')]
}

// The lines of `describe` are a tree by indentation; here they are one of lists.
function nested(lines: readonly string[]): HTMLElement {
  const outer = element('ul', '')
  const open: HTMLElement[] = [outer]
  for (const line of lines) {
    const depth = Math.min(Math.max(0, line.search(/\S/) / 2 - 1), open.length - 1)
    const list = open[Math.floor(depth)] ?? outer
    const item = element('li', line.trimStart())
    open.length = Math.floor(depth) + 1
    list.append(item)
    const below = element('ul', '')
    item.append(below)
    open.push(below)
  }
  for (const list of outer.querySelectorAll('ul:empty')) list.remove()
  return outer
}

function json(value: object): string {
  return JSON.stringify(value, null, 2).split('\n').map(printable).join('\n')
}

function section(title: string, ...content: HTMLElement[]): HTMLElement {
  const made = element('section', '')
  made.append(element('h2', title), ...content)
  return made
}

function element(name: string, text: string, className = ''): HTMLElement {
  const made = document.createElement(name)
  made.textContent = text
  if (className !== '') made.className = className
  return made
}

function say(className: string, text: string): void {
  verdict.className = className
  verdict.textContent = text
}

function attempt<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch {
    return undefined // the findings say why
  }
}

function field<T extends HTMLElement>(id: string, type: new () => T): T {
  const found = document.getElementById(id)
  if (!(found instanceof type)) throw new Error(`The page has no ${id}`)
  return found
}
