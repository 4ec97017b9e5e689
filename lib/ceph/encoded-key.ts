/** Servers that write an object's key like a query: `a b/ö` is `a+b%2F%C3%B6`. Ceph, NooBaa and Scality write it as it is. */
const ENCODING_SOURCES: ReadonlySet<string> = new Set(['aws:s3', 'minio:s3', 'rustfs:s3', 'cubefs:s3'])

/** Whether the server that a record's `eventSource` names percent-encodes keys. */
export const encodesKeys = (eventSource: string): boolean => ENCODING_SOURCES.has(eventSource)

/** A key as its user wrote it. A text that is not valid percent-encoded UTF-8 is left as it came. */
export const decodeQuery = (text: string): string => {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return text
  }
}
