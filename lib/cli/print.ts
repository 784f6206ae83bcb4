// What commands print: a token's outline with its findings, and a new token.

import { inspect, type Finding } from '../index.ts'
import { escapeText } from '../report/escape.ts'
import type { Examination, Level } from '../report/examine.ts'
import { summarize } from '../report/examine.ts'
import {
  assignFindings,
  nodeText,
  outline,
  outlineContents,
  type OutlineNode,
} from '../report/outline.ts'
import { formatPointer } from '../report/pointer.ts'
import { formatExpiry } from '../report/times.ts'
import { createPaint, type Paint } from './color.ts'
import type { Environment, Result, Terminal } from './command.ts'

const colors = { error: 'red', warning: 'yellow', unsure: 'yellow', good: 'green' } as const

/** Prints a new token: by itself on standard output, so that you can pipe it; its contents on standard error on a terminal. */
export function printToken(
  token: string,
  now: number,
  environment: Environment,
  terminal: Terminal,
): Result {
  if (!terminal.isTTY.stderr) return { status: 0, stdout: `${token}\n`, stderr: '' }
  const contents = inspect(token)
  const lines = [
    ...nodeLines(outlineContents(contents), createPaint(true, environment)),
    formatExpiry(contents.expiresAt, now),
  ]
  return { status: 0, stdout: `${token}\n`, stderr: `\n${lines.join('\n')}\n` }
}

/** Prints what is known about a pasted text. */
export function printExamination(examination: Examination, now: number, paint: Paint): string {
  const { path, findings } = examination
  const nodes = outline(examination, now)
  const marks = assignFindings(nodes, findings)
  const { level, text } = summarize(examination)
  return [
    ...(path === undefined ? [] : [`token found in a JSON response, at ${escapeText(path)}`]),
    ...nodes.flatMap((node) => nodeLines(node, paint, marks)),
    '',
    ...findings.flatMap((finding) => findingLines(finding, paint)),
    ...(findings.length === 0 ? [] : ['']),
    paint(colors[level], text),
    '',
  ].join('\n')
}

function nodeLines(
  node: OutlineNode,
  paint: Paint,
  marks: ReadonlyMap<string, readonly Finding[]> = new Map(),
  depth = 0,
): string[] {
  const text = escapeText(nodeText(node))
  const mark = markText((node.pointer === undefined ? undefined : marks.get(node.pointer)) ?? [])
  return [
    '  '.repeat(depth) +
      (node.pointer === '' ? paint('bold', text) : text) +
      (mark === undefined ? '' : paint(colors[mark.level], `  ← ${mark.text}`)),
    ...node.children.flatMap((child) => nodeLines(child, paint, marks, depth + 1)),
  ]
}

function markText(findings: readonly Finding[]): { level: Level; text: string } | undefined {
  const [first] = findings // errors come first
  if (first === undefined) return undefined
  const rules = [...new Set(findings.map(({ severity, rule }) => `${severity}: ${rule}`))]
  return { level: first.severity, text: rules.join(', ') }
}

function findingLines(finding: Finding, paint: Paint): string[] {
  const { severity, code, rule, title, pointer, detail, fix } = finding
  return [
    `${paint(colors[severity], `${severity} ${code}`)}: ${title}`,
    `  ${rule} at ${escapeText(formatPointer(pointer))}`,
    `  ${escapeText(detail)}`,
    `  ${escapeText(fix)}`,
  ]
}
