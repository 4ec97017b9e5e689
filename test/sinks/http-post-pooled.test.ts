// The client of host and relay does all that the plain one does.

import { postWith } from '../../lib/sinks/http-post.ts'
import { createPooledPost } from '../../lib/sinks/http-post-pooled.ts'

postWith(createPooledPost)
await import('./http-sink.test.ts')
await import('./http-trouble.test.ts')
await import('../relay/invoke/invoke-http.test.ts')
