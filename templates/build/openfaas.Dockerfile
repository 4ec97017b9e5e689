FROM ghcr.io/openfaas/of-watchdog:0.11.6 AS watchdog

# The function behind OpenFaaS's watchdog, which has port 8080 for itself. Unless log_buffer_size is -1, the watchdog stops reading at a
# line of 64 KiB, and the function would wait for ever to write (https://github.com/openfaas/of-watchdog/issues/165).
FROM node:24.21.0-trixie-slim
COPY --from=watchdog --chmod=755 /fwatchdog /usr/bin/fwatchdog
# NODE_OPTIONS and the two variables of MALLOC keep a process small: V8 and glibc would hold a third more.
ENV NODE_ENV=production \
    NODE_OPTIONS=--max-semi-space-size=4 \
    MALLOC_ARENA_MAX=1 \
    MALLOC_TRIM_THRESHOLD_=131072 \
    mode=http \
    fprocess="node /app/server.cjs" \
    upstream_url=http://127.0.0.1:3000 \
    PORT=3000 \
    ready_path=/_/ready \
    prefix_logs=false \
    log_buffer_size=-1 \
    healthcheck_interval=5s \
    SHUTDOWN_GRACE_MS=10000
WORKDIR /app
__PACKAGES(COPY package.json ./
RUN npm install --omit=dev && npm cache clean --force
)__COPY *.cjs ./
USER 65532:65532
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s CMD ["fwatchdog", "-run-healthcheck"]
ENTRYPOINT ["fwatchdog"]
