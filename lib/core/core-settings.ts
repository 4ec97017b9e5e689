import { list, secrets, type Table, trueOrFalse } from '../process/settings.ts'

const globs: typeof list = { ...list, expected: 'globs separated by commas' }

export const CORE_SETTINGS = {
  AUTH_TOKENS: {
    rule: secrets,
    default: [],
    meaning: 'Tokens that let a caller in by HTTP.',
  },
  ALLOW_ANONYMOUS: {
    rule: trueOrFalse,
    default: false,
    meaning: '`true`: the function asks for no secret, because something in front of it does (IAM, a mesh).',
  },
  EVENT_TYPES: {
    rule: globs,
    default: [],
    meaning: 'Globs on the type of an event, which say which events are wanted ([below](#which-events)).',
  },
  EVENT_PRIORITIES: {
    rule: globs,
    default: [],
    meaning: "The same for OpenStack's priority.",
  },
} as const satisfies Table
