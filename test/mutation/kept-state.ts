// A module may keep what it worked out before, such as the kind of an event by its name. With a mutant it would keep what is wrong for
// the next ones, and without it would hide them. So the maps and sets that modules of lib/ make while they are loaded, and the objects
// that they export, begin anew each time.
import { registerHooks } from 'node:module'
import { pathToFileURL } from 'node:url'

/** Loads modules. The result takes away what theirs have kept since. */
export async function loadWithState(load: () => Promise<void>): Promise<() => void> {
  const lib = `${pathToFileURL('lib').href}/` // In the sandbox, where the process goes before it loads.
  const real = { Map, Set }
  const maps: Map<unknown, unknown>[] = []
  const sets: Set<unknown>[] = []
  const urls: string[] = []
  const hooks = registerHooks({
    load: (url, context, next) => {
      if (url.startsWith(lib)) urls.push(url)
      return next(url, context)
    },
  })
  globalThis.Map = watched(Map, maps, lib)
  globalThis.Set = watched(Set, sets, lib)
  try {
    await load()
  } finally {
    Object.assign(globalThis, real)
    hooks.deregister()
  }
  const exported = await Promise.all(urls.map(async (url) => Object.values(await import(url))))
  const resets = [
    ...maps.map((map) => {
      const entries = [...map]
      return () => {
        map.clear()
        for (const [key, value] of entries) map.set(key, value)
      }
    }),
    ...sets.map((set) => {
      const values = [...set]
      return () => {
        set.clear()
        for (const value of values) set.add(value)
      }
    }),
    ...exported
      .flat()
      .filter(isPlain)
      .map((object) => {
        const fields = { ...object }
        return () => Object.assign(object, fields)
      }),
  ]
  return () => {
    for (const reset of resets) reset()
  }
}

const isPlain = (value: unknown): value is object =>
  typeof value === 'object' &&
  value !== null &&
  Object.getPrototypeOf(value) === Object.prototype &&
  !Object.isFrozen(value)

/** The same class, which lists the objects that it makes for the code in a folder. */
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

/** Below the error itself, this function and the trap. */
const CALLER = 3
const callerIsIn = (folder: string): boolean => new Error().stack?.split('\n')[CALLER]?.includes(folder) === true
