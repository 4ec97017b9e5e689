// npm run schema: the JSON Schema of desired states, for editors.
import { writeFileSync } from 'node:fs'
import { desiredJsonSchema } from '../lib/provisioning/document/desired-schema.ts'

writeFileSync(new URL('../docs/desired.schema.json', import.meta.url), JSON.stringify(desiredJsonSchema()))
