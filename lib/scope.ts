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

type Values = Record<string, string | string[]>

/** Writes a scope as its URI. `clientName` is the name for outgoing calls if the scope has none. */
export function formatScope(scope: Scope, clientName?: string): string {
  switch (scope.kind) {
    case 'incoming':
      return `scope:client:incoming?clientName=${encode(scope.clientName)}`
    case 'outgoing': {
      const name = Object.hasOwn(scope, 'clientName') ? scope.clientName : clientName
      const caller = name === undefined ? '' : `&clientName=${encode(name)}`
      return `scope:client:outgoing?${formatNested('appParams', scope.params)}appSid=${encode(scope.applicationSid)}${caller}`
    }
    case 'events':
      return `scope:stream:subscribe?${formatNested('params', scope.filters)}path=${encode(scope.path)}`
    default:
      return scope.uri
  }
}

/** Reads a scope from its URI. A scope that is unknown, incomplete or ambiguous is kept whole, as `other`. */
export function parseScope(uri: string): Scope {
  const end = endOf(uri, '?')
  try {
    const scope = readScope(uri.slice(0, end), uri.slice(end + 1))
    if (scope) return scope
  } catch {
    // A percent sign without two hexadecimal digits after it, or bytes that are not UTF-8.
  }
  return { kind: 'other', uri }
}

function readScope(name: string, query: string): Scope | undefined {
  switch (name) {
    case 'scope:client:incoming': {
      const [clientName] = parseFields(query, ['clientName'])
      return clientName === undefined ? undefined : { kind: 'incoming', clientName }
    }
    case 'scope:client:outgoing': {
      const names = ['appSid', 'clientName', 'appParams']
      const [applicationSid, clientName, appParams] = parseFields(query, names)
      if (applicationSid === undefined || applicationSid === '') return undefined
      const params = parseNested(appParams)
      return clientName === undefined
        ? { kind: 'outgoing', applicationSid, params }
        : { kind: 'outgoing', applicationSid, clientName, params }
    }
    case 'scope:stream:subscribe': {
      const [path, params, appParams] = parseFields(query, ['path', 'params', 'appParams'])
      if (path === undefined || (params !== undefined && appParams !== undefined)) return undefined
      return { kind: 'events', path, filters: parseNested(params ?? appParams) }
    }
  }
  return undefined
}

// The values of some names, at most three, in their order. A query with another name, or with one of these twice, yields none,
// because the other value would be lost: twilio-ruby writes a second filter there.
function parseFields(query: string, names: readonly string[]): readonly (string | undefined)[] {
  const values: (string | undefined)[] = [undefined, undefined, undefined]
  const read = decoderFor(query)
  for (let from = 0; from < query.length;) {
    const end = endOf(query, '&', from)
    if (end > from) {
      const equals = Math.min(endOf(query, '=', from), end)
      const at = names.indexOf(read(query.slice(from, equals)))
      if (at < 0 || values[at] !== undefined) return []
      values[at] = read(query.slice(equals + 1, end))
    }
    from = end + 1
  }
  return values
}

// An object with no names yields nothing. A name with an empty list yields an empty query, as in twilio-python.
function formatNested(name: string, values: Values): string {
  return Object.keys(values).length > 0 ? `${name}=${encode(formatQuery(values))}&` : ''
}

function formatQuery(query: Values): string {
  let text = ''
  // Only own names, because what was added to a prototype must not be signed.
  for (const [name, values] of Object.entries(query)) {
    for (const value of typeof values === 'string' ? [values] : values)
      text += `${text && '&'}${encode(name)}=${encode(value)}`
  }
  return text
}

// On the wire, a list with one element and a string look the same. fromEntries creates own properties, also for names such as
// __proto__.
function parseNested(query: string | undefined): Values {
  if (query === undefined) return {}
  const read = decoderFor(query)
  const found = new Map<string, string | string[]>()
  for (const pair of query.split('&')) {
    if (pair === '') continue
    const end = endOf(pair, '=')
    const [key, text] = [read(pair.slice(0, end)), read(pair.slice(end + 1))]
    const before = found.get(key)
    if (Array.isArray(before)) before.push(text)
    else found.set(key, before === undefined ? text : [before, text])
  }
  return Object.fromEntries(found)
}

// The platform's own encoding, except for two characters that Python's urlencode writes differently. Most strings need none, and
// to check this first saves 0.7 µs per token. For long strings, encodeURIComponent with a replacing function takes two to three
// times as long.
function encode(text: string): string {
  if (!/[^\w.~-]/.test(text)) return text
  return String(new URLSearchParams({ '': text }))
    .slice(1)
    .replace(/\*/g, '%2A')
    .replace(/%7E/g, '~')
}

// How to decode the names and values of a query. Most need no decoding: to see that once saves half a microsecond per token.
function decoderFor(query: string): (text: string) => string {
  if (!/[%+]/.test(query)) return (text) => text
  return (text) => decodeURIComponent(text.replace(/\+/g, ' '))
}

// Where what stands before a separator ends.
function endOf(text: string, separator: string, from = 0): number {
  const at = text.indexOf(separator, from)
  return at < 0 ? text.length : at
}
