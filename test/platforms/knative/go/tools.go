//go:build tools

// Package knative pins what install.ts builds: the sidecar that Knative puts into every pod.
package knative

import _ "knative.dev/serving/cmd/queue"
