import * as z from 'zod/mini'
import type { CloudEvent } from '../../core/cloudevent.ts'
import { DocumentError, type Issue, invalid, issuesOf } from '../../documents/document-issues.ts'
import { suggestion } from '../../process/did-you-mean.ts'
import type { Environment } from '../../process/settings.ts'
import type { SinkMode } from '../http-sink.ts'
import { SINK_SCHEMES } from '../sink-schemes.ts'
import { conditionMatcher } from './route-condition.ts'
import {
  type ConditionDocument,
  EXAMPLE_ROUTE,
  type RoutesDocument,
  routesSchema,
  type TargetDocument,
  type TargetsDocument,
} from './route-document.ts'
import { attributeRemedy, remedyFor } from './route-names.ts'

/** A sink of a route, with what the route says otherwise than the settings. */
export type Target = {
  readonly url: URL
  /** Whether an event has to wait until this sink took it. */
  readonly required: boolean
  readonly mode?: SinkMode | undefined
  readonly timeoutMs?: number | undefined
  readonly retries?: number | undefined
}

export type Routes = {
  readonly routes: readonly { readonly matches: (event: CloudEvent) => boolean; readonly targets: readonly Target[] }[]
  /** The sinks of events that no route matches. Empty: they are dropped. */
  readonly otherwise: readonly Target[]
  readonly deadLetters: URL | undefined
}

/** Says what is wrong with the URL of a sink, without showing its values. Returns undefined if the URL is right. */
type FaultOf = (url: URL) => string | undefined

/**
 * Checks a document of routes.
 *
 * @param environment has the values of `${env:NAME}`
 * @param faultOf looks further into each URL. A function on a platform does without, because its sinks are loaded later
 * @throws DocumentError with all faults. It shows no URL, which may hold a secret
 */
export const readRoutes = (document: unknown, environment: Environment, faultOf: FaultOf = () => undefined): Routes => {
  // A text of comments alone is null.
  if (document === null) throw invalid(`the file is empty: write routes: [${EXAMPLE_ROUTE}]`)
  const ignored = ignoredIn(document, [])
  if (ignored.length > 0) throw new DocumentError(ignored)
  const parsed = z.safeParse(routesSchema(), document, { reportInput: true })
  const issues = parsed.error?.issues.flatMap((issue) => issuesOf(issue, remedyFor)) ?? []
  // This schema skips unknown names at the top of the document, so that the other faults are found as well.
  const known = parsed.data ?? z.safeParse(z.object(routesSchema().shape), document).data
  if (known === undefined) throw new DocumentError(withoutConsequences(issues))
  const routes = toRoutes(known, {
    environment,
    faultOf,
    wrong: (path, message) => {
      issues.push({ path, message })
    },
  })
  if (issues.length > 0) throw new DocumentError(issues)
  return routes
}

/** zod leaves a key `__proto__` out. Without its test, a condition would match more events than somebody wrote. */
const ignoredIn = (value: unknown, path: readonly string[]): readonly Issue[] =>
  typeof value !== 'object' || value === null
    ? []
    : Object.entries(value).flatMap(([key, inner]) =>
        key === '__proto__'
          ? [{ path: [...path, key].join('.'), message: 'is not a name that a condition can have: remove it' }]
          : ignoredIn(inner, [...path, key]),
      )

type Reading = {
  readonly environment: Environment
  readonly faultOf: FaultOf
  readonly wrong: (path: string, message: string) => void
}

const toRoutes = ({ routes, deadLetters }: RoutesDocument, reading: Reading): Routes => {
  const last = routes.length - 1
  for (const [index, route] of routes.entries()) checkRoute(route, index === last, `routes.${index}`, reading.wrong)
  const otherwise = routes[last]?.otherwise ?? 'drop'
  return {
    routes: routes.flatMap(({ when = {}, to }, index) =>
      to === undefined
        ? []
        : [{ matches: conditionMatcher(when), targets: targetsOf(to, `routes.${index}.to`, reading) }],
    ),
    otherwise: otherwise === 'drop' ? [] : targetsOf(otherwise, `routes.${last}.otherwise`, reading),
    deadLetters: deadLetters === undefined ? undefined : urlOf(deadLetters, 'deadLetters', reading),
  }
}

const checkRoute = (
  { when, to, otherwise }: RoutesDocument['routes'][number],
  ...[isLast, path, wrong]: [boolean, string, Reading['wrong']]
): void => {
  if (when !== undefined) checkCondition(when, `${path}.when`, wrong)
  if (otherwise === undefined && to === undefined) wrong(`${path}.to`, 'is missing: write the URL of a sink')
  if (otherwise === undefined) return
  if (when !== undefined || to !== undefined)
    wrong(`${path}.otherwise`, 'stands beside when or to: write it as a route of its own, the last one')
  else if (!isLast) wrong(`${path}.otherwise`, 'is not the last route: move it to the end')
}

const checkCondition = (
  { any = [], all = [], not, data: _, ...attributes }: ConditionDocument,
  path: string,
  wrong: Reading['wrong'],
): void => {
  for (const name of Object.keys(attributes)) {
    const remedy = attributeRemedy(name)
    if (remedy !== undefined) wrong(`${path}.${name}`, `is not an attribute of an event: ${remedy}`)
  }
  for (const [index, one] of any.entries()) checkCondition(one, `${path}.any.${index}`, wrong)
  for (const [index, one] of all.entries()) checkCondition(one, `${path}.all.${index}`, wrong)
  if (not !== undefined) checkCondition(not, `${path}.not`, wrong)
}

const targetsOf = (given: TargetsDocument, path: string, reading: Reading): readonly Target[] =>
  Array.isArray(given)
    ? given.flatMap((one: string | TargetDocument, index) => targetOf(one, `${path}.${index}`, reading))
    : targetOf(given, path, reading)

const targetOf = (given: string | TargetDocument, path: string, reading: Reading): Target[] => {
  if (typeof given === 'string') {
    const url = urlOf(given, path, reading)
    return url === undefined ? [] : [{ url, required: true }]
  }
  const { url: text, required = true, ...options } = given
  const url = urlOf(text, `${path}.url`, reading)
  if (url === undefined) return []
  if (options.mode !== undefined && !/^https?:$/.test(url.protocol))
    reading.wrong(`${path}.mode`, 'is for http: and https: only: remove it')
  return [{ url, required, ...options }]
}

const REFERENCE = /\$\{env:([^{}]+)\}/g

const urlOf = (text: string, path: string, { environment, faultOf, wrong }: Reading): URL | undefined => {
  const missing = [...text.matchAll(REFERENCE)].map(([, name = '']) => name).filter((name) => !environment[name])
  for (const name of missing) wrong(path, `\${env:${name}} is not set: set the environment variable ${name}`)
  if (missing.length > 0) return undefined
  const resolved = text.replaceAll(REFERENCE, (reference, name: string, at: number) => {
    const value = environment[name] ?? ''
    const isOpaque = isOneValue(text.slice(0, at), text.slice(at + reference.length))
    return isOpaque ? encodeURIComponent(value.trim().toWellFormed()) : value
  })
  if (resolved.includes('${')) {
    wrong(path, `has a reference of an unknown kind: write \${env:NAME}`)
    return undefined
  }
  // In YAML, `to: log:` is an error.
  const url = URL.parse(resolved === 'log' ? 'log:' : resolved)
  if (url !== null && isScheme(url.protocol)) {
    const fault = faultOf(url)
    if (fault !== undefined) wrong(path, fault)
    return url
  }
  const scheme = /^([a-z][a-z\d+.-]{0,20}:)/i.exec(resolved)?.[1]
  if (scheme === undefined) wrong(path, noUrl(text, path))
  else if (isScheme(scheme)) wrong(path, 'is not a valid URL: percent-encode special characters of names and passwords')
  else wrong(path, `there is no sink for ${scheme} URLs.${schemeHint(scheme)}`)
  return undefined
}

/**
 * Whether a text in a URL stands for a user, a password or the value of a parameter. There a `/` or `#` of a password would end the
 * name of the host, and events would go to another one.
 */
const isOneValue = (before: string, after: string): boolean =>
  (/^[a-z\d+.-]+:\/\/[^/?#]*$/i.test(before) && /^[^/?#]*@/.test(after)) || /\?.*=$/.test(before)

/** The text is not shown, unless it is a path or a word of ours: it may be a secret. */
const noUrl = (text: string, path: string): string => {
  const isOtherwise = path.endsWith('.otherwise')
  if (text === 'drop') return 'drop stands after otherwise only: remove the route, or write the URL of a sink'
  if (/^\/[\w./-]+$/.test(text)) return `is a path: write file://${text}`
  const wanted = `must be ${isOtherwise ? 'drop, or ' : ''}a URL such as https://example.org/events, or log`
  return `${wanted}.${suggestion(text, isOtherwise ? ['log', 'drop'] : ['log'])}`.replace(/\.$/, '')
}

const isScheme = (protocol: string): boolean => SINK_SCHEMES.some((scheme) => scheme === protocol)

const schemeHint = (scheme: string): string =>
  suggestion(scheme, SINK_SCHEMES) || ` Use one of ${SINK_SCHEMES.join(' ')}`

/** A name that is written wrong is also missing. The fault of the wrong name says what to write. */
const withoutConsequences = (issues: readonly Issue[]): readonly Issue[] => {
  const renamed = issues.flatMap(({ path, message }) => {
    const [, meant] = /^there is no such setting here: write (\w+)/.exec(message) ?? []
    const name = meant === 'log' ? 'url' : meant
    return name === undefined ? [] : [[...path.split('.').slice(0, -1), name].join('.')]
  })
  return issues.filter(({ path, message }) => !(message.startsWith('is missing') && renamed.includes(path)))
}
