#!/usr/bin/env node
import { runMain } from './run-main.ts'
import { tidings } from './tidings.ts'

// `tidings relay` alone, for a container whose image starts one thing.
runMain((terminal) => tidings({ ...terminal, args: ['relay', ...terminal.args] }))
