// A stand-in for a Node.js that is too old: with --require, this one says that it is v20.20.2.
'use strict'
Object.defineProperty(process, 'version', { value: 'v20.20.2' })
Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.20.2' } })
