// Scopes: what a capability token allows, as the URIs in its claim `scope`.
//
//   claim     = [ scope *( SP scope ) ]
//   scope     = "scope:" service ":" privilege [ "?" query ]
//   query     = pair *( "&" pair )                 ; names in alphabetical order
//   pair      = name "=" value                     ; both as application/x-www-form-urlencoded: UTF-8, a space is "+"
//
//   scope:client:incoming  ?clientName=
//   scope:client:outgoing  ?appParams=&appSid=&clientName=   ; appParams is itself a query, so it is encoded twice
//   scope:stream:subscribe ?params=&path=                    ; params too; twilio-node, -java and -csharp call it appParams

/** One permission of a capability token. */
export type Scope =
  /** Lets the client receive incoming calls as `clientName`. */
  | { kind: 'incoming'; clientName: string }
  /** Lets the client make outgoing calls through a TwiML application, which receives the params. */
  | {
      kind: 'outgoing'
      applicationSid: string
      clientName?: string
      params: Record<string, string | string[]>
    }
  /** Lets the client watch the events of the account. */
  | { kind: 'events'; path: string; filters: Record<string, string | string[]> }
  /** A scope that this library does not know, as received. */
  | { kind: 'other'; uri: string }

type Query = Record<string, string | string[] | undefined>
type ParsedQuery = Map<string, string | string[]>

/** Writes a scope as its URI. `clientName` is the name for outgoing calls if the scope has none. */
export function formatScope(scope: Scope, clientName?: string): string {
  switch (scope.kind) {
    case 'incoming':
      return `scope:client:incoming?${formatQuery({ clientName: scope.clientName })}`
    case 'outgoing':
      return `scope:client:outgoing?${formatQuery({
        appParams: formatNested(scope.params),
        appSid: scope.applicationSid,
        clientName: Object.hasOwn(scope, 'clientName') ? scope.clientName : clientName,
      })}`
    case 'events':
      return `scope:stream:subscribe?${formatQuery({ params: formatNested(scope.filters), path: scope.path })}`
    default:
      return scope.uri
  }
}

/** Reads a scope from its URI. A scope that is unknown, incomplete or ambiguous is kept whole, as `other`. */
export function parseScope(uri: string): Scope {
  const [name, query] = splitOnce(uri, '?')
  try {
    const scope = readScope(name, parseQuery(query))
    if (scope) return scope
  } catch {
    // A percent sign without two hexadecimal digits after it, or bytes that are not UTF-8.
  }
  return { kind: 'other', uri }
}

function readScope(name: string, query: ParsedQuery): Scope | undefined {
  // An unknown name makes the scope unknown, because its value would be lost: twilio-ruby writes a second filter there.
  const hasOnly = (...names: string[]) => [...query.keys()].every((key) => names.includes(key))
  const clientName = query.get('clientName')
  const appParams = query.get('appParams')
  switch (name) {
    case 'scope:client:incoming':
      return hasOnly('clientName') && isText(clientName)
        ? { kind: 'incoming', clientName }
        : undefined
    case 'scope:client:outgoing': {
      const applicationSid = query.get('appSid')
      if (
        !hasOnly('appParams', 'appSid', 'clientName') ||
        !isText(applicationSid) ||
        applicationSid === ''
      )
        return undefined
      if (!isTextOrAbsent(clientName) || !isTextOrAbsent(appParams)) return undefined
      return {
        kind: 'outgoing',
        applicationSid,
        ...(clientName !== undefined && { clientName }),
        params: parseNested(appParams),
      }
    }
    case 'scope:stream:subscribe': {
      const [path, params] = [query.get('path'), query.get('params')]
      const filters = params ?? appParams
      if (!hasOnly('appParams', 'params', 'path') || !isText(path) || !isTextOrAbsent(filters))
        return undefined
      return params === undefined || appParams === undefined
        ? { kind: 'events', path, filters: parseNested(filters) }
        : undefined
    }
  }
  return undefined
}

// An object with no names yields no query. A name with an empty list yields an empty query, as in twilio-python.
function formatNested(query: Query): string | undefined {
  return Object.keys(query).length > 0 ? formatQuery(query) : undefined
}

function formatQuery(query: Query): string {
  let text = ''
  // Only own names, because what was added to a prototype must not be signed. Object.entries would take 0.1 µs longer.
  for (const name of Object.keys(query)) {
    const values = query[name] ?? []
    for (const value of typeof values === 'string' ? [values] : values)
      text += `${text && '&'}${encode(name)}=${encode(value)}`
  }
  return text
}

// On the wire, a list with one element and a string look the same.
function parseQuery(query: string): ParsedQuery {
  const found: ParsedQuery = new Map()
  for (const pair of query.split('&')) {
    if (pair === '') continue
    const [name, value] = splitOnce(pair, '=')
    const [key, text] = [decode(name), decode(value)]
    const before = found.get(key)
    if (Array.isArray(before)) before.push(text)
    else found.set(key, before === undefined ? text : [before, text])
  }
  return found
}

// fromEntries creates own properties, also for names such as __proto__.
function parseNested(query = ''): Record<string, string | string[]> {
  return Object.fromEntries(parseQuery(query))
}

// The platform's own encoding, except for two characters that Python's urlencode writes differently. Most texts need none, and
// to check this first saves 0.7 µs per token. For long texts, encodeURIComponent with a replacing function takes two to three
// times as long.
function encode(text: string): string {
  if (!/[^\w.~-]/.test(text)) return text
  return String(new URLSearchParams({ '': text }))
    .slice(1)
    .replace(/\*/g, '%2A')
    .replace(/%7E/g, '~')
}

function decode(text: string): string {
  if (!/[%+]/.test(text)) return text // most texts need no decoding: this saves 0.4 µs per token
  return decodeURIComponent(text.replace(/\+/g, ' '))
}

function splitOnce(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator)
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)]
}

const isText = (value: unknown) => typeof value === 'string'
const isTextOrAbsent = (value: unknown) => typeof value === 'string' || value === undefined
