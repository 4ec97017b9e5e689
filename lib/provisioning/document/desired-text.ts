import type { DocumentError } from '../../documents/document-issues.ts'
import { withPlaces } from '../../documents/issue-places.ts'
import { parseDocument } from '../../documents/parse-document.ts'
import { hasCode } from '../../process/errors.ts'
import { DesiredError, UnmetError } from './faults.ts'

/**
 * Reads a document from YAML or JSON.
 *
 * @throws DesiredError without any text of the document, which may hold secrets
 */
export const parseDesired = (text: string): unknown => {
  try {
    return parseDocument(text)
  } catch (error) {
    if (!hasCode<DocumentError>(error, 'document_invalid')) throw error
    throw new DesiredError(error.issues)
  }
}

/**
 * The same error with the line and the column of each fault in the text of the document. Any other error stays as it is.
 *
 * @param root steps from the root of the text to the document
 */
export const placedIn = (thrown: unknown, text: string, root?: readonly string[]): unknown => {
  if (hasCode<DesiredError>(thrown, 'desired_invalid')) return new DesiredError(withPlaces(thrown.issues, text, root))
  if (hasCode<UnmetError>(thrown, 'desired_unmet')) return new UnmetError(withPlaces(thrown.issues, text, root))
  return thrown
}
