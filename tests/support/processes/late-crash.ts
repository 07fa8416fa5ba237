/**
 * Loaded into the real program (node --import): makes it fail where nobody catches, on signal. SIGUSR1 is Node's own, so SIGUSR2: an exception
 * in a timer whose message holds CRASH_TEXT, as JSON.parse and its like make them. In: CRASH_TEXT. Out: the program's own end.
 */
process.on('SIGUSR2', () => {
  setTimeout(() => {
    throw new SyntaxError(`Unexpected token in "${process.env.CRASH_TEXT}"`)
  }, 1)
})
