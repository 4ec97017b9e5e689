// A stand-in for of-watchdog 0.11.6 in http mode, for machines that cannot get the real one. It was written after the
// real one's documentation and behaviour, and does what a function can notice:
//
//   - forks fprocess and hands requests to upstream_url, over Go's own HTTP client: chunked, without Content-Length
//   - times out with 504 (exec_timeout, or less by X-Timeout), answers 500 when the function cannot be reached, both
//     marked X-OpenFaaS-Internal
//   - /_/health while its lock file exists; /_/ready the same, and then whatever the function says at ready_path
//   - on SIGTERM: hands the signal to the function at once, turns unhealthy, goes on serving for healthcheck_interval,
//     then takes no more connections and waits for the open requests, write_timeout at most
//   - ends when the function fails
//   - stops reading the function's output for good at a line that is too long (log_buffer_size, 64 KiB; -1: none is)
//
// Not here: other modes, max_inflight, its metrics on port 8081, streamed answers, JWT.
package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"time"
)

type settings struct {
	port, upstream, readyPath              string
	process                                []string
	execTimeout, readTimeout, writeTimeout time.Duration
	healthcheckInterval                    time.Duration
}

type watchdog struct {
	settings
	client    http.Client
	accepting atomic.Bool
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
	terminated := make(chan os.Signal, 1)
	signal.Notify(terminated, syscall.SIGTERM)
	function := w.fork()

	routes := http.NewServeMux()
	routes.HandleFunc("/", func(answer http.ResponseWriter, request *http.Request) { w.proxy(answer, request, request.RequestURI) })
	routes.HandleFunc("/_/health", func(answer http.ResponseWriter, _ *http.Request) { answer.WriteHeader(w.health()) })
	routes.HandleFunc("/_/ready", w.ready)
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
	time.Sleep(w.healthcheckInterval)
	log.Print("No new connections allowed, draining")
	patience, cancel := context.WithTimeout(context.Background(), w.writeTimeout)
	defer cancel()
	server.Shutdown(patience)
	log.Print("Exiting")
}

func (w *watchdog) fork() *os.Process {
	command := exec.Command(w.process[0], w.process[1:]...)
	for output, own := range map[*io.Writer]*os.File{&command.Stdout: os.Stdout, &command.Stderr: os.Stderr} {
		read, write := io.Pipe()
		*output = write
		go forward(read, own)
	}
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

func (w *watchdog) ready(answer http.ResponseWriter, request *http.Request) {
	if status := w.health(); status != http.StatusOK || w.readyPath == "" {
		answer.WriteHeader(status)
		return
	}
	w.proxy(answer, request, w.readyPath)
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
	}
}

func text(name, otherwise string) string {
	if value := os.Getenv(name); value != "" {
		return value
	}
	return otherwise
}

func duration(name string, otherwise time.Duration) time.Duration {
	if value, err := time.ParseDuration(os.Getenv(name)); err == nil {
		return value
	}
	return otherwise
}
