/**
 * Where short processes find our sources compiled: most of their life would go into stripping types and compiling the same files again.
 * In: nothing. Out: a folder for NODE_COMPILE_CACHE, the one that bin/for-the-record.mjs uses by itself.
 */
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export const compileCache = join(tmpdir(), 'node-compile-cache')
