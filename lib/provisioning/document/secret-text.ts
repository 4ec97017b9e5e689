import { inspect } from 'node:util'

/** A text that is sent to the gateway, and what people see of it instead, however they print it. */
export class SecretText {
  readonly shown: string
  readonly #text: string

  constructor(text: string, shown: string) {
    this.#text = text
    this.shown = shown
  }

  reveal(): string {
    return this.#text
  }

  toString(): string {
    return this.shown
  }

  toJSON(): string {
    return this.shown
  }

  [inspect.custom](): string {
    return this.shown
  }
}
