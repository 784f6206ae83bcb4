// The token page: shows in a browser what `twilio-tokens inspect` shows in a terminal. A token is a stranger's text, so it
// enters the page only as text, and as `escapeText` and `toEscapedJson` return it.

import { AccessToken, type Finding, type TokenContents } from '../index.ts'
import { escapeText } from '../report/escape.ts'
import { examine, forgetKeys, summarize, type Examination } from '../report/examine.ts'
import { jsonLines, type JsonLine } from '../report/json.ts'
import { nodeText, outlineContents, type OutlineNode } from '../report/outline.ts'
import { formatPointer, nearestPointer } from '../report/pointer.ts'
import { formatExpiry, formatTime } from '../report/times.ts'

const tokenField = field('token', HTMLTextAreaElement)
const secretField = field('secret', HTMLInputElement)
const verdict = field('verdict', HTMLElement)
const result = field('result', HTMLElement)

let lastTurn = 0 // what was typed last is what is shown, however long the checks before it take
let tick: ReturnType<typeof setInterval> | undefined

tokenField.addEventListener('input', () => void show())
secretField.addEventListener('input', () => void show())
field('sample', HTMLButtonElement).addEventListener('click', () => void showSample())
field('clear', HTMLButtonElement).addEventListener('click', () => {
  fill('', '')
  tokenField.focus()
})
void show() // a browser may bring back what was in the fields

async function show(): Promise<void> {
  const turn = ++lastTurn
  clearInterval(tick)
  growField()
  if (tokenField.value.trim() === '') {
    say('', '')
    result.replaceChildren()
    return
  }
  const { value } = secretField
  const candidates = value === '' ? [] : [{ name: 'this secret', value }]
  const now = Math.floor(Date.now() / 1000)
  const examination = await examine(
    tokenField.value,
    candidates,
    () => 'no secret was entered',
    now,
  )
  forgetKeys() // which the library keeps by their secrets
  if (turn !== lastTurn) return
  const { level, headline } = summarize(examination)
  say(level, `${escapeText(headline)}; ${examination.signatureCheck.text}`)
  result.replaceChildren(...sections(examination))
}

// A token with two mistakes that people make: members of a grant that is written by hand, and a lifetime of 24 hours.
async function showSample(): Promise<void> {
  const secret = 'the secret of this sample'
  const sample = new AccessToken('AC123123', 'SK123123', secret, { identity: 'alice' })
  sample.grant('voice', {
    incomingAllow: true,
    outgoing: { application_sid: 'APabe7650f654fc34655fc81ae71caa3ff' },
  })
  fill(await sample.generate({ expires: 86_400 }), secret)
}

function fill(token: string, secret: string): void {
  tokenField.value = token
  secretField.value = secret
  void show()
}

function growField(): void {
  tokenField.style.height = 'auto'
  tokenField.style.height = `${tokenField.scrollHeight + tokenField.offsetHeight - tokenField.clientHeight}px`
}

/** A finding, and where it is in the decoded token: both are linked with each other. */
interface Link {
  finding: Finding
  id: string
  /** The pointer of the line that shows its place; the empty string is the token as a whole. */
  place: string
}

function sections(examination: Examination): HTMLElement[] {
  const { contents, findings, path } = examination
  const parts = decodedParts(examination)
  const pointers = parts.flatMap(({ lines }) => lines.flatMap(({ pointer }) => pointer ?? []))
  const links = findings.map((finding, i) => ({
    finding,
    id: `finding-${i + 1}`,
    place: nearestPointer(finding.pointer, pointers) ?? '',
  }))
  describeField(parts.length > 0 ? [] : links)
  return [
    ...(path === undefined
      ? []
      : [element('p', `Found in a JSON response, at ${escapeText(path)}`, 'quiet')]),
    ...(links.length > 0
      ? [section('Findings', ...links.map((link) => findingElement(link, parts.length > 0)))]
      : []),
    ...(contents ? [section('Lifetime', ...lifetimeElements(contents))] : []),
    ...(contents ? [outlineSection(outlineContents(contents))] : []),
    ...(parts.length > 0 ? [decodedSection(parts, links)] : []),
  ]
}

// If nothing could be decoded, the place of a finding is the field itself.
function describeField(links: readonly Link[]): void {
  tokenField.setAttribute('aria-describedby', ['privacy', ...links.map(({ id }) => id)].join(' '))
  tokenField.setAttribute('aria-invalid', String(links.length > 0))
}

function findingElement({ finding, id, place }: Link, isDecoded: boolean): HTMLElement {
  const { severity, code, rule, title, detail, fix, pointer } = finding
  const where = element('p', '', 'quiet')
  where.append(
    element('code', rule),
    ' at ',
    innerLink(escapeText(formatPointer(pointer)), isDecoded ? placeId(place) : 'token'),
  )
  const more = element('p', '', 'quiet')
  more.append(pageLink(`Twilio’s page about ${code}`, code))
  const made = element('article', '')
  made.id = id
  made.tabIndex = -1
  made.append(
    element('h3', `${severity} ${code}: ${title}`, severity),
    element('p', escapeText(detail)),
    element('p', escapeText(fix)),
    where,
    more,
  )
  return made
}

// Capability tokens do not state when they were issued, so that no share of their lifetime can be shown.
function lifetimeElements(contents: TokenContents): HTMLElement[] {
  const { expiresAt } = contents
  const issuedAt = contents.kind === 'access' ? contents.issuedAt : undefined
  const notBefore = contents.kind === 'access' ? contents.notBefore : undefined
  const left = element('p', '')
  const bar = document.createElement('progress')
  bar.max = 1
  let isOver = expiresAt * 1000 <= Date.now()
  const update = () => {
    const now = Math.floor(Date.now() / 1000)
    if (!isOver && expiresAt <= now) {
      isOver = true
      void show() // the findings are others now
    }
    left.textContent = formatExpiry(expiresAt, now)
    left.className = expiresAt > now ? '' : 'error'
    if (issuedAt !== undefined && expiresAt > issuedAt)
      bar.value = Math.min(1, Math.max(0, (now - issuedAt) / (expiresAt - issuedAt)))
    bar.setAttribute('aria-valuetext', left.textContent)
  }
  update()
  tick = setInterval(update, 1000)
  bar.setAttribute('aria-label', 'Elapsed lifetime')
  const times = Object.entries({ issued: issuedAt, 'valid from': notBefore, expires: expiresAt })
  return [
    ...(issuedAt === undefined ? [] : [bar]),
    left,
    ...times.flatMap(([label, time]) =>
      time === undefined
        ? []
        : [element('p', `${label} ${formatTime(time)}${formatLocalTime(time)}`, 'quiet')],
    ),
  ]
}

// In the language and the time zone of the browser.
function formatLocalTime(seconds: number): string {
  const time = new Date(seconds * 1000)
  if (Number.isNaN(time.getTime())) return ''
  return `, here ${escapeText(time.toLocaleString([], { dateStyle: 'medium', timeStyle: 'long' }))}`
}

function outlineSection(root: OutlineNode): HTMLElement {
  return section(capitalize(nodeText(root)), listElement(root.children))
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

/** A part of the decoded token. */
interface DecodedPart {
  title: string
  lines: JsonLine[]
  /** What its button copies. */
  copy?: string
}

function decodedParts({ header, claims, signature }: Examination): DecodedPart[] {
  const parts: DecodedPart[] = []
  if (header) parts.push({ title: 'Header', lines: jsonLines(header, '/header') })
  if (claims) {
    const lines = jsonLines(claims, '/claims')
    parts.push({ title: 'Claims', lines, copy: lines.map(({ text }) => text).join('\n') })
  }
  if (parts.length > 0 && signature !== undefined)
    parts.push({
      title: 'Signature',
      lines: [{ text: escapeText(signature) || '(empty)', pointer: '/signature' }],
    })
  return parts
}

function decodedSection(parts: readonly DecodedPart[], links: readonly Link[]): HTMLElement {
  const made = section('Decoded token')
  const heading = made.firstElementChild
  const whole = links.filter(({ place }) => place === '')
  if (heading && whole.length > 0) {
    const mark = markElement(heading.textContent, '', whole)
    heading.replaceChildren(...mark)
  }
  for (const { title, lines, copy } of parts) {
    const code = element('pre', '')
    code.tabIndex = 0 // it may be scrolled
    code.setAttribute('aria-label', title)
    code.setAttribute('role', 'group')
    for (const { text, pointer } of lines) {
      const here = pointer === undefined ? [] : links.filter(({ place }) => place === pointer)
      code.append(
        ...(pointer !== undefined && here.length > 0 ? markElement(text, pointer, here) : [text]),
        '\n',
      )
    }
    made.append(element('h3', title), code)
    if (copy !== undefined) made.append(copyButton(copy, code))
  }
  return made
}

// What is marked, and links to the findings about it.
function markElement(text: string, place: string, links: readonly Link[]): (Node | string)[] {
  const [, indent = '', rest = ''] = /^(\s*)(.*)$/s.exec(text) ?? []
  const [first] = links // errors come first
  const mark = element('mark', rest, first?.finding.severity)
  mark.id = placeId(place)
  mark.tabIndex = -1
  return [
    indent,
    mark,
    ...links.flatMap(({ finding, id }) => [
      ' ',
      innerLink(`← ${finding.severity} ${finding.code} ${finding.rule}`, id),
    ]),
  ]
}

function copyButton(text: string, shown: HTMLElement): HTMLElement {
  const button = element('button', 'Copy claims') as HTMLButtonElement
  button.type = 'button'
  button.addEventListener('click', () => {
    const done = (label: string) => {
      button.textContent = label
      setTimeout(() => (button.textContent = 'Copy claims'), 2000)
    }
    // Where a page may not write to the clipboard, a keystroke copies what is selected.
    navigator.clipboard.writeText(text).then(
      () => {
        done('Copied')
      },
      () => {
        getSelection()?.selectAllChildren(shown)
        done('Selected: press Ctrl+C')
      },
    )
  })
  return button
}

function placeId(pointer: string): string {
  return `place${pointer.replaceAll(/[^\w/-]/g, (unit) => `.${unit.charCodeAt(0)}`)}`
}

// A link within the page leaves the address as it is.
function innerLink(text: string, id: string): HTMLElement {
  const link = element('a', text) as HTMLAnchorElement
  link.href = `#${id}`
  link.addEventListener('click', (event) => {
    event.preventDefault()
    const target = document.getElementById(id)
    target?.focus()
    target?.scrollIntoView({ block: 'center' })
  })
  return link
}

function pageLink(text: string, code: number): HTMLElement {
  const link = element('a', text) as HTMLAnchorElement
  link.href = `https://www.twilio.com/docs/api/errors/${code}`
  link.target = '_blank'
  link.rel = 'noreferrer'
  return link
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

function capitalize(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1)
}

function say(className: string, text: string): void {
  verdict.className = className
  verdict.textContent = text
}

function field<T extends HTMLElement>(id: string, type: new () => T): T {
  const found = document.getElementById(id)
  if (!(found instanceof type)) throw new Error(`The page has no ${id}`)
  return found
}
