// A module may cache results, such as the kind of an event by its name. A mutant would leave wrong results for the next ones, and right
// results from before would hide a mutant. So the maps and sets that modules of lib/ make while they are loaded, and the objects that
// they export, get their first contents back each time.
import { registerHooks } from 'node:module'
import { pathToFileURL } from 'node:url'

/**
 * Loads modules in steps.
 *
 * @returns a function that gives the maps, sets and objects of each step the contents that they had at the end of that step. A later
 *   step may have changed them: code also runs while the files of tests are loaded.
 */
export async function loadWithState(steps: readonly (() => Promise<void>)[]): Promise<() => void> {
  const lib = `${pathToFileURL('lib').href}/` // Of Stryker's sandbox, which is the working directory by now.
  const real = { Map, Set }
  const maps: Map<unknown, unknown>[] = []
  const sets: Set<unknown>[] = []
  const urls: string[] = []
  const resets: (() => void)[] = []
  const hooks = registerHooks({
    load: (url, context, next) => {
      if (url.startsWith(lib)) urls.push(url)
      return next(url, context)
    },
  })
  globalThis.Map = watched(Map, maps, lib)
  globalThis.Set = watched(Set, sets, lib)
  try {
    for (const step of steps) {
      await step()
      const exported = await Promise.all(urls.splice(0).map(async (url) => Object.values(await import(url))))
      resets.push(...maps.splice(0).map(resetOfMap), ...sets.splice(0).map(resetOfSet))
      resets.push(...exported.flat().filter(isPlain).map(resetOfObject))
    }
  } finally {
    Object.assign(globalThis, real)
    hooks.deregister()
  }
  return () => {
    for (const reset of resets) reset()
  }
}

const resetOfMap = (map: Map<unknown, unknown>) => {
  const entries = [...map]
  return () => {
    map.clear()
    for (const [key, value] of entries) map.set(key, value)
  }
}

const resetOfSet = (set: Set<unknown>) => {
  const values = [...set]
  return () => {
    set.clear()
    for (const value of values) set.add(value)
  }
}

const resetOfObject = (object: object) => {
  const fields = { ...object }
  return () => void Object.assign(object, fields)
}

const isPlain = (value: unknown): value is object =>
  typeof value === 'object' &&
  value !== null &&
  Object.getPrototypeOf(value) === Object.prototype &&
  !Object.isFrozen(value)

/** The same class. It adds each object that code in `folder` makes to `made`. */
function watched<Class extends new (...given: never[]) => object>(
  original: Class,
  made: InstanceType<Class>[],
  folder: string,
): Class {
  return new Proxy(original, {
    construct: (target, given, newTarget) => {
      const one = Reflect.construct(target, given, newTarget) as InstanceType<Class>
      if (callerIsIn(folder)) made.push(one)
      return one
    },
  })
}

/** The line of the caller in a stack. Above it are the message, this function and the proxy's trap. */
const CALLER = 3
const callerIsIn = (folder: string): boolean => new Error().stack?.split('\n')[CALLER]?.includes(folder) === true
