/**
 * The verbs about memory: backup, export, import, copy-store. In: words of the command line, the environment. Out: files, lines, exit code.
 * backup and export work beside a running bot; import and copy-store need it stopped on SQLite, which takes one process.
 */
import { readFile } from 'node:fs/promises'
import { UserError } from '../bot/errors.ts'
import type { Server } from '../bot/store.ts'
import { CoreEnv, readEnv } from '../env.ts'
import { createLog } from '../log.ts'
import { backupStore } from '../store/backup.ts'
import { copyStore } from '../store/copy.ts'
import { openForReading, openStore } from '../store/open.ts'
import { exportSettings, importSettings } from '../store/settings-file.ts'

type Options = { json?: true }

const print = ({ json }: Options, data: unknown, text: string): number => {
  process.stdout.write(json ? `${JSON.stringify(data)}\n` : `${text}\n`)
  return 0
}

export async function backup(file: string, options: Options, env: NodeJS.ProcessEnv): Promise<number> {
  const schema = await backupStore(readEnv(CoreEnv, env), file)
  return print(options, { file, schema }, `Written and checked: ${file} (schema ${schema}).`)
}

/** Prints the settings of all servers, or of one ("platform/server"), as JSON. */
export async function exportAll({ server }: { server?: string }, env: NodeJS.ProcessEnv): Promise<number> {
  const store = await openForReading(readEnv(CoreEnv, env), createLog('silent'))
  try {
    process.stdout.write(await exportSettings(store, server ? serverOf(server) : undefined))
    return 0
  } finally {
    await store.close()
  }
}

export async function importFile(file: string, { to, ...options }: Options & { to?: string }, env: NodeJS.ProcessEnv): Promise<number> {
  const target = to ? serverOf(to) : undefined
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new UserError(`${file} can't be read (${error.code ?? ''}). Name a file that "export" wrote.`)
  })
  const store = await openStore(readEnv(CoreEnv, env), createLog('silent'))
  try {
    const imported = await importSettings(store, text, { by: 'operator', now: Date.now(), ...(target && { to: target }) })
    const lines = imported.map(({ platform, server, changes }) => `${platform}/${server}: ${changes} settings changed`)
    return print(options, imported, lines.join('\n') || 'The export holds no server; nothing was changed.')
  } finally {
    await store.close()
  }
}

export async function copyTo(url: string, options: Options, env: NodeJS.ProcessEnv): Promise<number> {
  const core = readEnv(CoreEnv, { ...env, DATABASE_URL: url })
  const counts = await copyStore({ STATE_DIR: core.STATE_DIR }, url, createLog('silent'))
  const lines = Object.entries(counts).map(([table, rows]) => `${table}: ${rows}`)
  return print(options, counts, `${lines.join('\n')}\nEvery row arrived. Set DATABASE_URL to that address and start the bot.`)
}

function serverOf(text: string): Server {
  const [, platform, server] = /^([a-z]+)\/(.+)$/.exec(text) ?? []
  if (!platform || !server)
    throw new UserError(`"${text.slice(0, 60)}" names no server. Write platform/id, such as discord/81384788765712384.`)
  return { platform, server }
}
