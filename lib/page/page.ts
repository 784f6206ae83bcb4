// The token page: says in a browser what `twilio-tokens inspect` says in a terminal. A token is a stranger's text: it comes into the page
// as text alone, and as `escapeText` returns it.

import { diagnose, inspect, type Finding, type TokenContents } from '../index.ts'
import { decode, isSigned, type DecodedToken } from '../jwt.ts'
import { escapeText } from '../report/escape.ts'
import { nodeText, outline, type OutlineNode } from '../report/outline.ts'
import { formatExpiry, formatTime } from '../report/times.ts'

const tokenField = field('token', HTMLTextAreaElement)
const secretField = field('secret', HTMLInputElement)
const verdict = field('verdict', HTMLElement)
const result = field('result', HTMLElement)

let lastTurn = 0 // what was typed last is what is shown, however long the checks before it take
let tick: ReturnType<typeof setInterval> | undefined

tokenField.addEventListener('input', () => void show())
secretField.addEventListener('input', () => void show())
void show() // a browser may bring back what was in the fields

async function show(): Promise<void> {
  const turn = ++lastTurn
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
  if (turn !== lastTurn) return
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
  return [
    ...(contents === undefined
      ? []
      : [section('Life', ...lifeElements(contents)), outlineSection(outline(contents))]),
    section(
      'Findings',
      ...(findings.length === 0
        ? [element('p', 'nothing to find fault with', 'good')]
        : findings.flatMap(findingElements)),
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
function lifeElements(contents: TokenContents): HTMLElement[] {
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
    left.textContent = formatExpiry(expires, now)
    left.className = expires > now ? '' : 'error'
    if (made !== undefined && expires > made)
      bar.value = Math.min(1, Math.max(0, (now - made) / (expires - made)))
    bar.setAttribute('aria-valuetext', left.textContent)
  }
  update()
  tick = setInterval(update, 1000)
  if (made === undefined) return [left]
  bar.setAttribute('aria-label', 'How much of its life is over')
  return [bar, left, element('p', `made ${formatTime(made)}`, 'quiet')]
}

function findingElements({ severity, code, title, detail, fix }: Finding): HTMLElement[] {
  const heading = element('h3', `${severity} ${code}: ${title}`, severity)
  return [heading, element('p', escapeText(detail)), element('p', escapeText(fix), 'quiet')]
}

function outlineSection(root: OutlineNode): HTMLElement {
  return section(nodeText(root), listElement(root.children))
}

function listElement(nodes: readonly OutlineNode[]): HTMLElement {
  const list = element('ul', '')
  for (const node of nodes) {
    const item = element('li', escapeText(nodeText(node)))
    if (node.children.length > 0) item.append(listElement(node.children))
    list.append(item)
  }
  return list
}

function json(value: object): string {
  return JSON.stringify(value, null, 2).split('\n').map(escapeText).join('\n')
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
