// A module may keep what it worked out before, such as the kind of an event by its name. With a mutant it would keep what is wrong for
// the next ones, and without it would hide them. So the maps and sets that modules of lib/ make while they are loaded begin anew each
// time.
import { pathToFileURL } from 'node:url'

/** In the sandbox. */
const lib = `${pathToFileURL('lib').href}/`

/** Loads modules. The result takes out of their maps and sets all that came later. */
export async function loadWithCollections(load: () => Promise<void>): Promise<() => void> {
  const real = { Map, Set }
  const maps: Map<unknown, unknown>[] = []
  const sets: Set<unknown>[] = []
  globalThis.Map = watched(Map, maps)
  globalThis.Set = watched(Set, sets)
  try {
    await load()
  } finally {
    Object.assign(globalThis, real)
  }
  const entries = maps.map((map) => [...map])
  const values = sets.map((set) => [...set])
  return () => {
    for (const [index, map] of maps.entries()) {
      map.clear()
      for (const [key, value] of entries[index] ?? []) map.set(key, value)
    }
    for (const [index, set] of sets.entries()) {
      set.clear()
      for (const value of values[index] ?? []) set.add(value)
    }
  }
}

/** The same class, which lists the objects that it makes for lib/. */
function watched<Class extends new (...given: never[]) => object>(original: Class, made: InstanceType<Class>[]): Class {
  return new Proxy(original, {
    construct: (target, given, newTarget) => {
      const one = Reflect.construct(target, given, newTarget) as InstanceType<Class>
      if (callerIsIn(lib)) made.push(one)
      return one
    },
  })
}

/** Below the error itself, this function and the trap. */
const CALLER = 3
const callerIsIn = (folder: string): boolean => new Error().stack?.split('\n')[CALLER]?.includes(folder) === true
