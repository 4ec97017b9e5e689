// Loaded before an example: `tidings` is the source beside it, as the type checker has it, not what was built last.
import { registerHooks } from 'node:module'

registerHooks({
  resolve: (specifier, context, next) =>
    next(specifier === 'tidings' ? new URL('../../lib/index.ts', import.meta.url).href : specifier, context),
})
