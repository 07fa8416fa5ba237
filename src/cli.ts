/**
 * The operator's command line. In: words after `npm run -s cli --`. Out: text, or JSON with --json, or one JSON line per input line with --jsonl.
 * Verbs load what they need and no more: a look-up must start in a blink.
 */
import { Command, CommanderError, InvalidArgumentError } from 'commander'
import { UserError } from './bot/errors.ts'
import { masked } from './log.ts'

type Options = { json?: true; jsonl?: true }

/** Runs one verb; resolves with the exit code. Errors are one sentence on standard error, never a stack trace. */
export async function main(argv: readonly string[], env: NodeJS.ProcessEnv = process.env): Promise<number> {
  process.stdout.off('error', endWithoutReader).on('error', endWithoutReader)
  const program = new Command('for-the-record')
  let exit = 0
  const run = (verb: () => Promise<number | undefined>) => async () => {
    exit = (await verb()) ?? 0
  }
  program
    .description('Answers historical myths from reviewed packs. Without a token: try "demo", or "start" for a chat in this terminal.')
    .exitOverride()
    .configureOutput({ outputError: () => {} })
    .showSuggestionAfterError()
    .argument('[verb]')
    .action((verb?: string) => {
      if (verb) throw new UserError(`There is no verb "${verb.slice(0, 60)}". Verbs: ${verbs.join(', ')}.`)
      program.outputHelp()
    })
  const lines = (command: Command) =>
    command.option('--json', 'print JSON').option('--jsonl', 'read one JSON object per line, answer one per line')

  lines(program.command('ask').description('look a query up').argument('[query...]')).action((words: string[], options: Options) =>
    run(async () => (await import('./cli/lookup.ts')).ask(words.join(' '), options, env))(),
  )
  lines(program.command('suggest').description('suggestions for what is being typed').argument('[prefix...]')).action(
    (words: string[], options: Options) => run(async () => (await import('./cli/lookup.ts')).suggest(words.join(' '), options, env))(),
  )
  lines(program.command('check').description('the live decision on a message').argument('[message...]')).action(
    (words: string[], options: Options) => run(async () => (await import('./cli/lookup.ts')).check(words.join(' '), options, env))(),
  )
  program
    .command('fact')
    .description('the fact of a day')
    .option('--date <YYYY-MM-DD>', 'another day than today')
    .option('--json', 'print JSON')
    .action((options: Options & { date?: string }) => run(async () => (await import('./cli/content.ts')).fact(options, env))())
  program
    .command('packs')
    .description('what the packs hold')
    .option('--json', 'print JSON')
    .action((options: Options) => run(async () => (await import('./cli/content.ts')).packs(options, env))())
  program
    .command('lint')
    .description('check packs; exit 1 and one line per fault')
    .argument('[dir]')
    .option('--json', 'print JSON')
    .action((dir: string | undefined, options: Options) => run(async () => (await import('./cli/content.ts')).lint(dir, options, env))())
  program
    .command('claim-review')
    .description('every rebuttal as schema.org ClaimReview (JSON-LD)')
    .action(run(async () => (await import('./cli/content.ts')).claimReviews(env)))
  program
    .command('eval')
    .description('precision, recall and stance on the shipped sets; exit 1 below the committed floors')
    .option('--json', 'print JSON')
    .action((options: Options) => run(async () => (await import('./cli/eval.ts')).evaluate(options, env))())
  program
    .command('doctor')
    .description('what is configured, what is missing or wrong, how to mend it')
    .option('--json', 'print JSON')
    .action((options: Options) => run(async () => (await import('./cli/doctor.ts')).doctor(options, env))())
  program
    .command('backup')
    .description('copy the SQLite file, also while the bot runs, and check the copy')
    .argument('<file>')
    .option('--json', 'print JSON')
    .action((file: string, options: Options) => run(async () => (await import('./cli/state.ts')).backup(file, options, env))())
  program
    .command('export')
    .description('the settings of all servers, with their audit, as JSON')
    .option('--server <platform/id>', 'one server only')
    .action((options: { server?: string }) => run(async () => (await import('./cli/state.ts')).exportAll(options, env))())
  program
    .command('import')
    .description('take over exported settings')
    .argument('<file>')
    .option('--to <platform/id>', 'put the one server in the file there')
    .option('--json', 'print JSON')
    .action((file: string, options: Options & { to?: string }) =>
      run(async () => (await import('./cli/state.ts')).importFile(file, options, env))(),
    )
  program
    .command('copy-store')
    .description('copy everything from SQLite into an empty PostgreSQL database')
    .argument('<url>')
    .option('--json', 'print JSON')
    .action((url: string, options: Options) => run(async () => (await import('./cli/state.ts')).copyTo(url, options, env))())
  program
    .command('invite')
    .description('the address that adds the bot to a Discord server')
    .argument('<platform>', 'discord')
    .action((platform: string) => run(async () => (await import('./cli/platforms.ts')).invite(platform, env))())
  program
    .command('register')
    .description('declare the commands to Discord, if they changed')
    .argument('<platform>', 'discord')
    .action((platform: string) => run(async () => (await import('./cli/platforms.ts')).register(platform, env))())
  program
    .command('manifest')
    .description('the Slack app manifest, to paste at api.slack.com/apps; with SLACK_CLIENT_ID set, for several workspaces')
    .argument('<platform>', 'slack')
    .option('--url <address>', 'for HTTP mode: where Slack reaches the bot, ending in /slack/events; none: Socket Mode')
    .action((platform: string, options: { url?: string }) =>
      run(async () => (await import('./cli/platforms.ts')).manifest(platform, options.url, env))(),
    )
  program
    .command('start')
    .description('start every platform whose tokens are set; with none, a chat in this terminal')
    .action(run(async () => (await import('./main.ts')).start(env)))
  program
    .command('demo')
    .description('a short conversation through the real engine, no token needed')
    .action(run(async () => (await import('./cli/demo.ts')).demo(env)))

  try {
    await program.parseAsync([...argv], { from: 'user' })
    return exit
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return 0
    process.stderr.write(`${sentence(error)}\n`)
    return 1
  }
}

const verbs = [
  'ask',
  'suggest',
  'check',
  'fact',
  'packs',
  'lint',
  'claim-review',
  'eval',
  'doctor',
  'backup',
  'export',
  'import',
  'copy-store',
  'invite',
  'register',
  'manifest',
  'start',
  'demo',
]

/** Whoever read our output has enough ("ask … | head"), or it can't be written (a full disk): nothing more to do, and no stack trace. */
function endWithoutReader(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') process.stderr.write(`The output can't be written (${error.code ?? error.name}).\n`)
  process.exit(error.code === 'EPIPE' ? 0 : 1)
}

/** One sentence for a person. An unexpected error gives its kind and place in our code; its text may hold what somebody wrote. */
function sentence(error: unknown): string {
  if (error instanceof UserError) return error.message
  if (error instanceof CommanderError || error instanceof InvalidArgumentError) return masked(error.message.replace(/^error: /, ''))
  const code = (error as NodeJS.ErrnoException | null)?.code
  const place = error instanceof Error ? (/(?:src|commands)\/[\w./-]+:\d+/.exec(error.stack ?? '')?.[0] ?? '') : ''
  return `Something went wrong (${[error instanceof Error ? error.name : typeof error, code, place].filter(Boolean).join(', ')}). If it stays, please report it with this line.`
}
