import { connect, type PeerCertificate } from 'node:tls'

/** Codes of Node.js and OpenSSL for a certificate that was not accepted. */
const CERTIFICATE = /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|UNABLE_TO_GET_ISSUER/
const TIMEOUT_MS = 3000

/** The fault in the certificate of the gateway and its remedy; undefined if the error is about something else. */
export const certificateFault = async (code: string, endpoint: URL): Promise<string | undefined> => {
  if (code === 'EPROTO' || code === 'ERR_SSL_WRONG_VERSION_NUMBER')
    return 'the gateway does not speak TLS on this port: use http:// or the port of its TLS frontend'
  if (!CERTIFICATE.test(code)) return undefined
  const certificate = await readCertificate(endpoint)
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    const names = certificate && namesOf(certificate)
    return `its certificate is for ${names ?? 'another name'} and not for ${endpoint.hostname}: use a name of the certificate as URL`
  }
  if (code === 'CERT_HAS_EXPIRED')
    return `its certificate expired${certificate ? ` on ${certificate.valid_to}` : ''}: renew it, or correct the clock here`
  if (code === 'CERT_NOT_YET_VALID')
    return `its certificate is valid only from ${certificate?.valid_from ?? 'a later time'} on: correct the clock here`
  return 'its certificate was issued by a CA that is not trusted here: give the certificate of that CA (RGW_CA_FILE, --ca-file)'
}

const namesOf = ({ subjectaltname, subject }: PeerCertificate): string =>
  (subjectaltname ?? `${subject.CN}`).replaceAll(/(DNS|IP Address):/g, '')

/** The certificate that a server shows, trusted or not. Nothing is sent to it. */
const readCertificate = (endpoint: URL): Promise<PeerCertificate | undefined> =>
  new Promise((resolve) => {
    const host = endpoint.hostname.replace(/^\[|\]$/g, '')
    const socket = connect({ host, port: Number(endpoint.port || 443), rejectUnauthorized: false }, () => {
      resolve(socket.getPeerCertificate())
      socket.destroy()
    })
    socket.setTimeout(TIMEOUT_MS, () => socket.destroy())
    socket.on('error', () => {}).on('close', () => resolve(undefined))
  })
