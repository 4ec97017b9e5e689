// Loaded before an example: `tidings` is the source beside it, as the type checker has it, not what was built last.
import { registerHooks } from 'node:module'

const sources: Readonly<Record<string, string>> = {
  tidings: new URL('../../lib/index.ts', import.meta.url).href,
  'tidings/testing': new URL('../../lib/testing/index.ts', import.meta.url).href,
}

registerHooks({ resolve: (specifier, context, next) => next(sources[specifier] ?? specifier, context) })
