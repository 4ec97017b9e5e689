// npm run schema: the JSON Schemas of desired states and of routes, for editors.
import { writeFileSync } from 'node:fs'
import { desiredJsonSchema } from '../lib/provisioning/document/desired-schema.ts'
import { routesJsonSchema } from '../lib/sinks/routes/route-document.ts'

const write = (name: string, schema: object): void =>
  writeFileSync(new URL(`../docs/${name}.schema.json`, import.meta.url), JSON.stringify(schema))

write('desired', desiredJsonSchema())
write('routes', routesJsonSchema())
