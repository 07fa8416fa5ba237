/**
 * Few connections for many requests. In: the requests of @discordjs/rest. Out: the same requests, each on one of a few connections that stay
 * open, or, where all of them are busy for long, on one of its own.
 */
import { createRequire } from 'node:module'
import { DefaultRestOptions, type RequestData } from '@discordjs/rest'

type Connections = NonNullable<RequestData['dispatcher']>
type MakeRequest = typeof DefaultRestOptions.makeRequest

/**
 * A connection for each request of a burst would be opened, encrypted and closed again, and that costs more than the request. Fifty requests
 * in a second, Discord's limit, keep some ten busy.
 */
const mostShared = 16
/** Milliseconds: with answers in 150, the few take a burst of fifty in this time. A Discord that is slower must not hold up what could go out. */
const longestWait = 500

/** For answers that a person waits for: never behind the bot's own posts. */
export const forAnswers = connections()

/** For the option `makeRequest` of REST. A request that brings its own connections keeps them. */
export function shareConnections(): MakeRequest {
  const { makeRequest } = DefaultRestOptions
  const [few, more] = [connections(mostShared), connections()]
  const waiting = new Set<(isFree: boolean) => void>()
  let busy = 0
  const takeOne = (): Promise<boolean> | true => {
    if (busy === mostShared) return waitForOne(waiting)
    busy += 1
    return true
  }
  // Handed on to who waits longest, so that nobody who comes later takes it in between.
  const giveBack = () => {
    const [next] = waiting
    if (next) next(true)
    else busy -= 1
  }
  return async (url, init) => {
    if (init.dispatcher) return makeRequest(url, init)
    if (!(await takeOne())) return makeRequest(url, { ...init, dispatcher: more })
    try {
      return await makeRequest(url, { ...init, dispatcher: few })
    } finally {
      giveBack()
    }
  }
}

/** True when it is handed one in time. */
function waitForOne(waiting: Set<(isFree: boolean) => void>): Promise<boolean> {
  return new Promise((resolve) => {
    const end = (isFree: boolean) => {
      clearTimeout(timer)
      waiting.delete(end)
      resolve(isFree)
    }
    const timer = setTimeout(end, longestWait, false)
    waiting.add(end)
  })
}

function connections(most?: number): Connections {
  // The HTTP library as @discordjs/rest has it: another version beside it costs megabytes, and need not take its requests.
  const rest = createRequire(import.meta.url).resolve('@discordjs/rest')
  const { Agent } = createRequire(rest)('undici') as { Agent: new (options: object) => Connections }
  return new Agent(most ? { connections: most } : {})
}
