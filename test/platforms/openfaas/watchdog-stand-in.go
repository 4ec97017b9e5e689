// A stand-in for of-watchdog 0.11.6 in http mode, for machines that cannot get the real one. It was written after the
// real one's documentation and behaviour, and does what a function can notice:
//
//   - forks fprocess and hands requests to upstream_url, over Go's own HTTP client: chunked, without Content-Length
//   - times out with 504 (exec_timeout, or less by X-Timeout), answers 500 when the function cannot be reached, both
//     marked X-OpenFaaS-Internal
//   - hands a request for text/event-stream on without a limit of time
//   - logs each request with its whole URI, so with a token in the query too
//   - answers 429 beyond max_inflight
//   - /_/health while its lock file exists; /_/ready the same, 429 at max_inflight, and then whatever the function says
//     at ready_path; both 405 to anything but GET
//   - its metrics are on port 8081, whatever `port` says: it panics where that is taken, so two cannot run at once
//   - on SIGTERM: hands the signal to the function at once, turns unhealthy, goes on serving for healthcheck_interval,
//     then takes no more connections and waits for the open requests, write_timeout at most
//     (healthcheck_interval=0s never ends)
//   - ends when the function fails, and may lose what the function printed last
//   - stops reading the function's output for good at a line that is too long (log_buffer_size, 64 KiB; -1: none is)
//
// Not here: other modes, JWT.
package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

type settings struct {
	port, upstream, readyPath              string
	process                                []string
	execTimeout, readTimeout, writeTimeout time.Duration
	healthcheckInterval                    time.Duration
	maxInflight                            int64
}

type watchdog struct {
	settings
	client    http.Client
	stream    *httputil.ReverseProxy
	accepting atomic.Bool
	inflight  atomic.Int64
	counted   metrics
}

var lockFile = filepath.Join(os.TempDir(), ".lock")

func main() {
	if len(os.Args) > 1 && strings.TrimLeft(os.Args[1], "-") == "run-healthcheck" {
		if !locked() {
			os.Exit(1)
		}
		return
	}
	w := &watchdog{settings: readSettings()}
	w.client = http.Client{
		Transport:     &http.Transport{MaxIdleConnsPerHost: 100, IdleConnTimeout: 500 * time.Millisecond},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	upstream, err := url.Parse(w.upstream)
	if err != nil {
		log.Fatal(err)
	}
	w.stream = httputil.NewSingleHostReverseProxy(upstream)
	go w.counted.serve()
	terminated := make(chan os.Signal, 1)
	signal.Notify(terminated, syscall.SIGTERM)
	function := w.fork()

	routes := http.NewServeMux()
	routes.HandleFunc("/", w.limited)
	routes.HandleFunc("/_/health", onlyGet(func(answer http.ResponseWriter, _ *http.Request) { answer.WriteHeader(w.health()) }))
	routes.HandleFunc("/_/ready", onlyGet(w.ready))
	server := &http.Server{Addr: ":" + w.port, Handler: routes, ReadTimeout: w.readTimeout, WriteTimeout: w.writeTimeout}
	go func() {
		if err := server.ListenAndServe(); !errors.Is(err, http.ErrServerClosed) {
			log.Fatal(err)
		}
	}()
	if err := os.WriteFile(lockFile, nil, 0o660); err != nil {
		log.Fatalf("cannot write the lock file: %s", err)
	}
	w.accepting.Store(true)
	log.Printf("Listening on port: %s", w.port)

	<-terminated
	function.Signal(syscall.SIGTERM)
	w.accepting.Store(false)
	os.Remove(lockFile)
	log.Printf("SIGTERM: no new connections in %s", w.healthcheckInterval)
	<-time.Tick(w.healthcheckInterval)
	log.Print("No new connections allowed, draining")
	patience, cancel := context.WithTimeout(context.Background(), w.writeTimeout)
	defer cancel()
	server.Shutdown(patience)
	log.Print("Exiting")
}

func (w *watchdog) fork() *os.Process {
	command := exec.Command(w.process[0], w.process[1:]...)
	// Wait closes these pipes, whether all was read or not.
	stdout, stdoutErr := command.StdoutPipe()
	stderr, stderrErr := command.StderrPipe()
	if err := errors.Join(stdoutErr, stderrErr); err != nil {
		log.Fatal(err)
	}
	go forward(stdout, os.Stdout)
	go forward(stderr, os.Stderr)
	if err := command.Start(); err != nil {
		log.Fatal(err)
	}
	go func() {
		if err := command.Wait(); err != nil {
			log.Fatalf("Forked function has terminated: %s", err)
		}
	}()
	return command.Process
}

// forward hands lines on. One that is longer than log_buffer_size ends it: nobody reads the function's output any more.
func forward(output io.Reader, own io.Writer) {
	size, err := strconv.Atoi(os.Getenv("log_buffer_size"))
	if err != nil {
		size = bufio.MaxScanTokenSize
	}
	if size < 0 {
		io.Copy(own, output)
		return
	}
	lines := bufio.NewScanner(output)
	for lines.Buffer(nil, size); lines.Scan(); {
		fmt.Fprintln(own, lines.Text())
	}
	log.Printf("Error reading the function's output: %v", lines.Err())
}

func (w *watchdog) health() int {
	if w.accepting.Load() && locked() {
		return http.StatusOK
	}
	return http.StatusServiceUnavailable
}

func onlyGet(handle http.HandlerFunc) http.HandlerFunc {
	return func(answer http.ResponseWriter, request *http.Request) {
		if request.Method != http.MethodGet {
			answer.WriteHeader(http.StatusMethodNotAllowed)
			return
		}
		handle(answer, request)
	}
}

func (w *watchdog) ready(answer http.ResponseWriter, request *http.Request) {
	status := w.health()
	if status == http.StatusOK && w.maxInflight > 0 && w.inflight.Load() >= w.maxInflight {
		status = http.StatusTooManyRequests
	}
	if status != http.StatusOK || w.readyPath == "" {
		answer.WriteHeader(status)
		return
	}
	w.proxy(answer, request, w.readyPath)
}

func (w *watchdog) limited(answer http.ResponseWriter, request *http.Request) {
	counting := &statusWriter{ResponseWriter: answer, status: http.StatusOK}
	defer func() { w.counted.add(counting.status, request.Method) }()
	defer w.inflight.Add(-1)
	if now := w.inflight.Add(1); w.maxInflight > 0 && now > w.maxInflight {
		http.Error(counting, fmt.Sprintf("Concurrent request limit exceeded. Max concurrent requests: %d", w.maxInflight), http.StatusTooManyRequests)
		return
	}
	if strings.HasPrefix(request.Header.Get("Accept"), "text/event-stream") {
		w.stream.ServeHTTP(counting, request)
		return
	}
	w.proxy(counting, request, request.RequestURI)
}

func (w *watchdog) proxy(answer http.ResponseWriter, request *http.Request, uri string) {
	started := time.Now()
	patience, cancel := context.WithTimeout(request.Context(), w.timeout(request))
	defer cancel()
	// The client cannot know the length of this body, so it sends it in chunks.
	upstream, err := http.NewRequestWithContext(patience, request.Method, w.upstream+uri, request.Body)
	if err != nil {
		http.Error(answer, err.Error(), http.StatusInternalServerError)
		return
	}
	upstream.Header, upstream.Host = request.Header.Clone(), request.Host
	reply, err := w.client.Do(upstream)
	answer.Header().Set("X-Duration-Seconds", fmt.Sprintf("%f", time.Since(started).Seconds()))
	if err != nil {
		log.Printf("Upstream HTTP request error: %s", err)
		answer.Header().Set("X-OpenFaaS-Internal", "of-watchdog")
		answer.WriteHeader(map[bool]int{true: http.StatusGatewayTimeout, false: http.StatusInternalServerError}[patience.Err() != nil])
		return
	}
	defer reply.Body.Close()
	for name, values := range reply.Header {
		answer.Header()[name] = values
	}
	answer.WriteHeader(reply.StatusCode)
	io.Copy(answer, reply.Body)
	log.Printf("%s %s - %s - ContentLength: %dB (%.4fs)", request.Method, request.RequestURI, reply.Status, max(reply.ContentLength, 0), time.Since(started).Seconds())
}

type statusWriter struct {
	http.ResponseWriter
	status int
}

func (w *statusWriter) WriteHeader(status int) {
	w.status = status
	w.ResponseWriter.WriteHeader(status)
}

func (w *statusWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// metrics counts requests by status and method.
type metrics struct {
	lock   sync.Mutex
	counts map[string]int
}

func (m *metrics) add(status int, method string) {
	m.lock.Lock()
	defer m.lock.Unlock()
	if m.counts == nil {
		m.counts = map[string]int{}
	}
	m.counts[fmt.Sprintf("code=%q,method=%q", strconv.Itoa(status), strings.ToLower(method))]++
}

func (m *metrics) serve() {
	handle := func(answer http.ResponseWriter, _ *http.Request) {
		m.lock.Lock()
		defer m.lock.Unlock()
		for labels, count := range m.counts {
			fmt.Fprintf(answer, "http_requests_total{%s} %d\n", labels, count)
		}
	}
	panic(http.ListenAndServe(":8081", http.HandlerFunc(handle)))
}

func (w *watchdog) timeout(request *http.Request) time.Duration {
	if asked, err := time.ParseDuration(request.Header.Get("X-Timeout")); err == nil && asked <= w.execTimeout {
		return asked
	}
	return w.execTimeout
}

func locked() bool {
	_, err := os.Stat(lockFile)
	return err == nil
}

func readSettings() settings {
	if os.Getenv("mode") != "http" {
		log.Fatal("this stand-in knows mode=http alone")
	}
	writeTimeout := duration("write_timeout", 30*time.Second)
	return settings{
		port:                text("port", "8080"),
		upstream:            os.Getenv("upstream_url"),
		readyPath:           os.Getenv("ready_path"),
		process:             strings.Split(os.Getenv("fprocess"), " "),
		execTimeout:         duration("exec_timeout", 30*time.Second),
		readTimeout:         duration("read_timeout", 30*time.Second),
		writeTimeout:        writeTimeout,
		healthcheckInterval: duration("healthcheck_interval", writeTimeout),
		maxInflight:         number("max_inflight"),
	}
}

func text(name, otherwise string) string {
	if value := os.Getenv(name); value != "" {
		return value
	}
	return otherwise
}

func number(name string) int64 {
	value, _ := strconv.ParseInt(os.Getenv(name), 10, 64)
	return value
}

func duration(name string, otherwise time.Duration) time.Duration {
	if value, err := time.ParseDuration(os.Getenv(name)); err == nil {
		return value
	}
	return otherwise
}
