// What commands print: the outline of a token, and a new token with it.

import { inspect, type TokenContents } from '../index.ts'
import { escapeText } from '../report/escape.ts'
import { nodeText, outline, type OutlineNode } from '../report/outline.ts'
import { formatExpiry } from '../report/times.ts'
import { createPaint, type Paint } from './color.ts'
import type { Environment, Result, Terminal } from './command.ts'

/** Returns the lines that show a token's contents: the outline, indented, and the expiry. */
export function contentLines(contents: TokenContents, now: number, paint: Paint): string[] {
  const root = outline(contents)
  return [
    paint('bold', nodeText(root)),
    ...root.children.flatMap((node) => nodeLines(node, 1)),
    formatExpiry(contents.expiresAt, now),
  ]
}

/** Prints a new token: alone on standard output, so that it pipes; its contents on standard error if that is a terminal. */
export function printToken(
  token: string,
  now: number,
  environment: Environment,
  terminal: Terminal,
): Result {
  const lines = terminal.isTTY.stderr
    ? ['', ...contentLines(inspect(token), now, createPaint(true, environment)), '']
    : []
  return { status: 0, stdout: `${token}\n`, stderr: lines.join('\n') }
}

function nodeLines(node: OutlineNode, depth: number): string[] {
  return [
    '  '.repeat(depth) + escapeText(nodeText(node)),
    ...node.children.flatMap((child) => nodeLines(child, depth + 1)),
  ]
}
