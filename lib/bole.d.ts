// bole ships no types; these are the parts we use (https://github.com/rvagg/bole, 6.0).
declare module 'bole' {
  type Log = (fields: object, message: string) => void
  type Bole = {
    (name: string): { debug: Log; info: Log; warn: Log; error: Log }
    output(options: { level: string; stream: { write(line: string): void } }): Bole
    reset(): Bole
  }
  const bole: Bole
  export default bole
}
