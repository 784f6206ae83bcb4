// Builds the page with webpack, which has no command of its own.

import { copyFileSync } from 'node:fs'
import webpack from 'webpack'

const folder = import.meta.dirname
webpack(
  {
    context: `${folder}/page`,
    entry: './main.js',
    mode: 'production',
    target: 'web',
    output: { path: `${folder}/out/webpack`, filename: 'main.js' },
  },
  (error, stats) => {
    if (error) throw error
    if (stats.hasErrors() || stats.hasWarnings()) throw new Error(stats.toString())
    copyFileSync(`${folder}/page/index.html`, `${folder}/out/webpack/index.html`)
  },
)
