// What Twilio signs, https://www.twilio.com/docs/usage/webhooks/webhooks-security
//
//   signed = url *( name value )                    the parameters of a form, or of a WebSocket's query
//   url    = scheme "://" [ credentials "@" ] host [ ":" port ] path [ "?" query ]
//
// Twilio adds or drops the port, and a Request shows some URLs in another spelling than the one that is set at Twilio.

/** A name and its value, decoded. */
export type Pair = [name: string, value: string]

/** The parts of a URL in their order, each with its delimiter: joined, they are the same string again. */
export interface Url {
  /** `https://` */
  scheme: string
  /** `user:password@`, or nothing. */
  credentials: string
  host: string
  /** `:8443`, or nothing. */
  port: string
  path: string
  /** `?a=1`, or nothing. */
  query: string
}

/** What may have been signed: a URL, then names and values as one string. */
export interface Signable {
  url: Url
  params: string
  /** The parameters, if they are those of the query, which `url` does not have then. */
  queryPairs?: Pair[]
}

const grammar =
  /^([a-z]+:\/\/)((?:[^/?#]*@)?)(\[[^\]/?#]*\]|[^/?#:,\s]+)((?::\d*)?)((?:\/[^?#]*)?)((?:\?[^#]*)?)/i

/** Splits a URL, without its fragment: that is never sent. What follows a URL is ignored, such as more hosts in a header. */
export function parseUrl(text: string): Url | undefined {
  const parts = grammar.exec(text)
  if (!parts) return undefined
  const [, scheme, credentials, host, port, path, query] = parts as unknown as string[]
  return { scheme, credentials, host, port, path, query } as Url // the grammar has a group for each, which may be empty
}

/** Joins the parts of a URL. */
export function formatUrl({ scheme, credentials, host, port, path, query }: Url): string {
  return scheme + credentials + host + port + path + query
}

/** A URL as an error may show it: without credentials, and without its query, where people put secrets. */
export function showUrl(url: Url): string {
  return formatUrl({ ...url, credentials: '', query: '' })
}

/** Whether a URL is a WebSocket's. */
export function isSocket({ scheme }: Url): boolean {
  return /^ws/i.test(scheme)
}

/**
 * Everything that Twilio may have signed for a URL: with and without the port, a bare host with and without its slash, the
 * apostrophes of the query raw (as Twilio signs them) and as `%27` (as a Request shows them), and the query of a WebSocket
 * in the URL or as parameters.
 */
export function* signables(url: Url, params: string, hasDefaultPort = true): Generator<Signable> {
  const { scheme, port, path, query } = url
  const defaultPort = /^(https|wss):/i.test(scheme) ? ':443' : ':80'
  const ports = port === '' ? (hasDefaultPort ? ['', defaultPort] : ['']) : [port, '']
  const paths = path.length > 1 ? [path] : ['/', '']
  const queries = new Set([query, query.replaceAll('%27', "'"), query.replaceAll("'", '%27')])
  // Only if there are no others, because a WebSocket is opened by a GET, which has no form.
  const queryPairs = isSocket(url) && params === '' ? sortPairs(parsePairs(query)) : []
  for (const query of queries)
    for (const path of paths)
      for (const port of ports) {
        yield { url: { ...url, port, path, query }, params }
        if (queryPairs.length > 0)
          yield {
            url: { ...url, port, path, query: '' },
            params: signedText(queryPairs),
            queryPairs,
          }
      }
}

/** Reads the parameters of a query, whose first character is its question mark; a form has them in the same syntax. */
export function parsePairs(query: string): Pair[] {
  return [...new URLSearchParams(query)]
}

/** Sorts pairs by name and then by value, in UTF-16 units, and drops those that are there already. */
export function sortPairs(pairs: readonly Pair[]): Pair[] {
  const sorted = [...pairs].sort((a, b) => compare(a[0], b[0]) || compare(a[1], b[1]))
  return sorted.filter((pair, i) => {
    const before = sorted[i - 1]
    return before?.[0] !== pair[0] || before[1] !== pair[1]
  })
}

/** Names and values as they are signed: nothing separates them. */
export function signedText(pairs: readonly Pair[]): string {
  let text = ''
  for (const [name, value] of pairs) text += name + value
  return text
}

/** Compares texts by their UTF-16 units. */
export function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b)
}
