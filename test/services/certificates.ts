import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { run } from './processes.ts'

/** Paths of PEM files. */
export type Certificates = { ca: string; certificate: string; key: string }

/** An authority of our own and a certificate by it for `localhost` and 127.0.0.1, made with openssl. */
export const makeCertificates = async (directory: string): Promise<Certificates> => {
  const file = (name: string) => join(directory, name)
  const fresh = ['req', '-newkey', 'rsa:2048', '-nodes', '-subj']
  const authority = ['/CN=test authority', '-x509', '-days', '2', '-keyout', file('ca.key'), '-out', file('ca.pem')]
  await run('openssl', [...fresh, ...authority])
  await run('openssl', [...fresh, '/CN=localhost', '-keyout', file('server.key'), '-out', file('server.csr')])
  await writeFile(file('server.ext'), 'subjectAltName = DNS:localhost, IP:127.0.0.1\n')
  const request = ['-in', file('server.csr'), '-days', '2', '-extfile', file('server.ext'), '-out', file('server.pem')]
  await run('openssl', ['x509', '-req', ...request, '-CA', file('ca.pem'), '-CAkey', file('ca.key'), '-CAcreateserial'])
  return { ca: file('ca.pem'), certificate: file('server.pem'), key: file('server.key') }
}

/** A certificate that signs itself, for these names and so many days from now on; negative: it has expired. */
export const makeSelfSigned = async (directory: string, subjectAltName: string, days: number) => {
  const file = (name: string) => join(directory, `${subjectAltName.replaceAll(/\W/g, '')}${days}.${name}`)
  const [key, certificate] = [file('key'), file('pem')]
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-subj', '/CN=gateway']
  await run('openssl', ['req', ...kind, '-keyout', key, '-out', file('csr')])
  await writeFile(file('ext'), `subjectAltName=${subjectAltName}\n`)
  const sign = ['-req', '-in', file('csr'), '-signkey', key, '-days', `${days}`, '-extfile', file('ext')]
  await run('openssl', ['x509', ...sign, '-out', certificate])
  return { paths: { key, certificate }, key: await readFile(key, 'utf8'), cert: await readFile(certificate, 'utf8') }
}
