const DATE = /\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])/
const TIME = /(?:[01]\d|2[0-3]):[0-5]\d:(?:[0-5]\d|60)(?:\.\d{1,9})?/
const ZONE = /Z|[+-][01]\d:[0-5]\d/
const DATE_TIME = new RegExp(`^(${DATE.source})[T ](${TIME.source})(${ZONE.source})?$`)

/**
 * A date of Ceph in RFC 3339, with its fraction as it is. 14.x and 15.x write a space for the T; a missing zone is UTC.
 *
 * @returns undefined when it is no date: the caller goes on without one.
 */
export const rfc3339 = (text: string): string | undefined => {
  const [, date, time, zone = 'Z'] = DATE_TIME.exec(text) ?? []
  return date === undefined ? undefined : `${date}T${time}${zone}`
}
