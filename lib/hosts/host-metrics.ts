import type { IncomingMessage, ServerResponse } from 'node:http'
import { metrics } from '@opentelemetry/api'
import { PrometheusExporter } from '@opentelemetry/exporter-prometheus'
import { MeterProvider } from '@opentelemetry/sdk-metrics'
import type { Refusal } from './answering.ts'

export type HostMetrics = {
  /** Answers a scrape in Prometheus' text format. */
  serve(request: IncomingMessage, response: ServerResponse): void
  refused(code: Refusal): void
  /** @param count called at each scrape: requests being handled, by function */
  observeInFlight(count: () => ReadonlyMap<string, number>): void
}

/** Makes this process keep measures. Call it before a function is loaded: meters that exist earlier record nothing. */
export const setUpMetrics = (): HostMetrics => {
  const exporter = new PrometheusExporter({
    preventServerStart: true,
    withoutScopeInfo: true,
    withoutTargetInfo: true,
  })
  metrics.setGlobalMeterProvider(new MeterProvider({ readers: [exporter] }))
  const meter = metrics.getMeter('tidings')
  const refusedRequests = meter.createCounter('tidings.http.refused', {
    description: 'Requests answered without a function, by reason',
  })
  const inFlight = meter.createObservableGauge('tidings.in_flight', { description: 'Requests being handled' })

  return {
    serve: (request, response) => exporter.getMetricsRequestHandler(request, response),
    refused: (code) => refusedRequests.add(1, { reason: code }),
    observeInFlight: (count) => {
      inFlight.addCallback((result) => {
        for (const [name, number] of count()) result.observe(number, { function: name })
      })
    },
  }
}
