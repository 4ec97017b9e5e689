/**
 * The brackets and tags that are open at the current position, the innermost last, and what is known about the entry in each,
 * such as `{"key":"admin_pass","value":"…"}`.
 */
export type Frames = { readonly open: Frame[]; tooDeep: number }

type Frame = {
  readonly opening: string
  readonly at: number
  /** Whether the entry has the name of a secret. */
  isNamed: boolean
  values: Value[] | undefined
}

/** A value that came before its name. `end` is known for a container that has been closed. */
export type Value = { readonly start: number; readonly encoding: number; readonly quote: string; end?: number }

const frameOf = (opening: string, at: number): Frame => ({ opening, at, isNamed: false, values: undefined })

export const createFrames = (): Frames => ({ open: [frameOf('', -1)], tooDeep: 0 })

export const openFrame = (frames: Frames, opening: string, at: number): void => {
  if (frames.open.length > MAX_DEPTH) frames.tooDeep++
  else frames.open.push(frameOf(opening, at))
}

/** No known notification is nested deeper than 20 levels. */
const MAX_DEPTH = 500

export const closeFrame = (frames: Frames, closing: string, at: number): void => {
  if (frames.tooDeep > 0) {
    frames.tooDeep--
    return
  }
  while (innermost(frames).opening === '<') frames.open.pop()
  const frame = innermost(frames)
  if (frame.opening !== OPENING[closing]) return
  frames.open.pop()
  const waiting = innermost(frames).values?.at(-1)
  if (waiting?.start === frame.at) waiting.end = at + 1
}

const OPENING: Readonly<Record<string, string>> = { '}': '{', ']': '[', ')': '(' }

/** @returns the tag that has been closed */
export const closeTagFrame = (frames: Frames): Frame | undefined =>
  innermost(frames).opening === '<' && frames.tooDeep === 0 ? frames.open.pop() : undefined

export const isInList = (frames: Frames): boolean => {
  const { opening } = innermost(frames)
  return opening === '[' || opening === '('
}

export const isInMap = (frames: Frames): boolean => innermost(frames).opening === '{'

export const isNamedEntry = (frames: Frames): boolean => innermost(frames).isNamed

/** Keeps a value until its name comes. In plain text an entry has no end, so a name applies only to the values after it. */
export const keepValue = (frames: Frames, value: Value): void => {
  if (frames.open.length === 1) return
  const frame = innermost(frames)
  frame.values ??= []
  if (frame.values.length < MAX_VALUES) frame.values.push(value)
}

const MAX_VALUES = 10

/**
 * Records whether the innermost entry is a secret.
 *
 * @returns the values of the entry that came before its name, if it is a secret
 */
export const nameFrame = (frames: Frames, isSecret: boolean): readonly Value[] => {
  const frame = innermost(frames)
  frame.isNamed = isSecret || (frame.isNamed && frames.open.length > 1)
  if (!frame.isNamed) return NO_VALUES
  const { values = NO_VALUES } = frame
  frame.values = undefined
  return values
}

/** The values of an entry in a list that breaks off before its name. */
export const unnamedValues = (frames: Frames): readonly Value[] =>
  (frames.open.at(-2)?.opening === '[' ? innermost(frames).values : undefined) ?? NO_VALUES

const NO_VALUES: readonly Value[] = []

/** The first frame is never closed. */
const innermost = ({ open }: Frames): Frame => open.at(-1) as Frame
