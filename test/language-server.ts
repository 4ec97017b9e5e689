import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

export type LanguageServer = AsyncDisposable & {
  /** The completions that an editor offers behind the first place in the text where `before` stands. */
  completions(text: string, before: string): Promise<readonly string[]>
}

const tsc = fileURLToPath(new URL('../node_modules/.bin/tsc', import.meta.url))

/** TypeScript's own language server, as an editor talks to it: https://microsoft.github.io/language-server-protocol. */
export const startLanguageServer = async (project: string): Promise<LanguageServer> => {
  const child = spawn(process.execPath, [tsc, '--lsp', '--stdio'], { cwd: project, stdio: ['pipe', 'pipe', 'ignore'] })
  const exited = once(child, 'exit')
  const waiting = new Map<number, (result: unknown) => void>()
  let received = Buffer.alloc(0)
  child.stdout.on('data', (bytes) => {
    received = Buffer.concat([received, bytes])
    for (let message = next(); message !== undefined; message = next()) {
      // The server asks the editor for optional information, and works without it.
      if (message.method !== undefined && message.id !== undefined) send({ id: message.id, result: null })
      else waiting.get(message.id ?? 0)?.(message.result)
    }
  })
  const next = (): { id?: number; method?: string; result?: unknown } | undefined => {
    const [head = '', length = ''] = /Content-Length: (\d+)\r\n(?:.*\r\n)*?\r\n/.exec(received.toString('latin1')) ?? []
    const end = head.length + Number(length)
    if (head === '' || received.length < end) return undefined
    const message = JSON.parse(received.subarray(head.length, end).toString())
    received = received.subarray(end)
    return message
  }
  const send = (message: object): void => {
    const text = JSON.stringify({ jsonrpc: '2.0', ...message })
    child.stdin.write(`Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`)
  }
  let last = 0
  const ask = (method: string, params: object): Promise<unknown> => {
    last += 1
    const { promise, resolve } = Promise.withResolvers<unknown>()
    waiting.set(last, resolve)
    send({ id: last, method, params })
    return promise
  }

  await ask('initialize', { processId: process.pid, rootUri: pathToFileURL(project).href, capabilities: {} })
  send({ method: 'initialized', params: {} })
  return {
    completions: async (text, before) => {
      const uri = pathToFileURL(join(project, `asked-${last}.mts`)).href
      send({
        method: 'textDocument/didOpen',
        params: { textDocument: { uri, languageId: 'typescript', version: 1, text } },
      })
      const lines = text.slice(0, text.indexOf(before) + before.length).split('\n')
      const position = { line: lines.length - 1, character: lines.at(-1)?.length ?? 0 }
      const result = await ask('textDocument/completion', { textDocument: { uri }, position })
      const { items } = result as { readonly items: readonly { readonly label: string }[] }
      return items.map(({ label }) => label)
    },
    async [Symbol.asyncDispose]() {
      child.kill()
      await exited
    },
  }
}
