const DATE = /\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])/
const TIME = /(?:[01]\d|2[0-3]):[0-5]\d:(?:[0-5]\d|60)(?:\.\d{1,9})?/
const ZONE = /Z|[+-][01]\d:[0-5]\d/
const DATE_TIME = new RegExp(`^(${DATE.source})[T ](${TIME.source})(${ZONE.source})?$`)
/** Dates that are in the form already. It has no groups to extract, so `test` creates no objects. */
const IN_FORM = new RegExp(`^${DATE.source}T${TIME.source}(?:${ZONE.source})$`)

/**
 * A date of Ceph in RFC 3339, with its fraction as it is. 14.x and 15.x write a space for the T; a missing zone is UTC.
 *
 * @returns undefined if it is not a date: the caller goes on without one.
 */
export const rfc3339 = (text: string): string | undefined => {
  if (IN_FORM.test(text)) return text
  const [, date, time, zone = 'Z'] = DATE_TIME.exec(text) ?? []
  return date === undefined ? undefined : `${date}T${time}${zone}`
}

/** The usual form of OpenStack's dates, on a day that every month has. It has no groups either. */
const USUAL = /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])[T ](?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?$/

const WIRE_DATE = new RegExp(
  `^(${DATE.source})[T ]((?:[01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d)(\\.\\d{1,9})?(Z|([+-])([01]\\d|2[0-3]):?([0-5]\\d))?$`,
)

/**
 * A date in RFC 3339 and UTC, with its fraction as it is. It accepts all of OpenStack's forms that name an instant: with a blank
 * or T, without a zone (which means UTC), with `Z`, `+00:00`, `+0000` or another offset, and with blanks around.
 *
 * @returns undefined if it is not a date: the caller goes on without one.
 */
export const rfc3339Utc = (text: string): string | undefined => {
  if (USUAL.test(text)) return `${text.slice(0, 10)}T${text.slice(11)}Z`
  const [, date, time, fraction = '', zone = 'Z', sign, hours, minutes] = WIRE_DATE.exec(text.trim()) ?? []
  if (date === undefined || !isInMonth(date)) return undefined
  if (zone === 'Z' || Number(hours) + Number(minutes) === 0) return `${date}T${time}${fraction}Z`
  const offsetMs = Number(`${sign}1`) * (Number(hours) * 60 + Number(minutes)) * 60_000
  const utc = new Date(Date.parse(`${date}T${time}Z`) - offsetMs)
  const year = utc.getUTCFullYear()
  return year < 0 || year > 9999 ? undefined : `${utc.toISOString().slice(0, 'YYYY-MM-DDTHH:mm:ss'.length)}${fraction}Z`
}

/** JavaScript turns a day beyond the end of its month into a day of the next month. */
const isInMonth = (date: string): boolean =>
  Number(date.slice(8)) <= 28 || new Date(`${date}T00:00:00Z`).toISOString().startsWith(date)
