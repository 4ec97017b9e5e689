/** A text of others without what would steer the terminal. */
export const printable = (text: string): string => text.replaceAll(/(?![\n\t])\p{Cc}/gu, '\u{fffd}')
