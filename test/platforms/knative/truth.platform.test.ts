// The plain container behind Knative's own queue-proxy.
import { runTable } from '../truth.ts'
import { startPod } from './pod.ts'

runTable('queue-proxy', startPod)
