import { dirname } from 'node:path'

// The packages are in the folder above.
export default { distDir: 'out', turbopack: { root: dirname(import.meta.dirname) } }
