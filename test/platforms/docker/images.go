// Reads a Dockerfile as BuildKit does, and prints for every target what it says: the configuration of the image, the files
// that are copied into it and by which stage, and all that `docker build --check` warns of. Nothing is fetched: base images
// are those of base-images.json, by reference.
//
//	images <Dockerfile> <base-images.json> → { warnings: string[], targets: { [name]: { config, steps } } }
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log"
	"os"

	"github.com/moby/buildkit/client/llb"
	"github.com/moby/buildkit/client/llb/sourceresolver"
	"github.com/moby/buildkit/frontend/dockerfile/dockerfile2llb"
	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"github.com/moby/buildkit/frontend/dockerfile/parser"
	"github.com/moby/buildkit/frontend/dockerui"
	digest "github.com/opencontainers/go-digest"
	ocispecs "github.com/opencontainers/image-spec/specs-go/v1"
)

type step struct {
	Copy    []string `json:"copy,omitempty"`
	To      string   `json:"to,omitempty"`
	From    string   `json:"from,omitempty"`
	Chmod   string   `json:"chmod,omitempty"`
	Run     []string `json:"run,omitempty"`
	Workdir string   `json:"workdir,omitempty"`
}

type target struct {
	Base   string `json:"base"`
	Steps  []step `json:"steps"`
	Config any    `json:"config"`
}

type baseImages map[string]json.RawMessage

func (images baseImages) ResolveImageConfig(_ context.Context, ref string, _ sourceresolver.Opt) (string, digest.Digest, []byte, error) {
	config, ok := images[ref]
	if !ok {
		return "", "", nil, fmt.Errorf("base image %s: its configuration is not known, add it", ref)
	}
	return ref, digest.FromBytes(config), config, nil
}

func main() {
	log.SetFlags(0)
	dockerfile, images := read(os.Args[1]), baseImages{}
	must(json.Unmarshal(read(os.Args[2]), &images))

	results, err := dockerfile2llb.DockerfileLint(context.Background(), dockerfile, options(dockerfile, images, ""))
	must(err)
	warnings := []string{}
	for _, warning := range results.Warnings {
		warnings = append(warnings, fmt.Sprintf("%s: %s", warning.RuleName, warning.Detail))
	}
	if results.Error != nil {
		warnings = append(warnings, results.Error.Message)
	}

	ast, err := parser.Parse(bytes.NewReader(dockerfile))
	must(err)
	stages, _, err := instructions.Parse(ast.AST, nil)
	must(err)
	targets := map[string]target{}
	for _, stage := range stages {
		_, image, _, _, err := dockerfile2llb.Dockerfile2LLB(context.Background(), dockerfile, options(dockerfile, images, stage.Name))
		must(err)
		targets[stage.Name] = target{Base: stage.BaseName, Steps: steps(stage), Config: image.Config}
	}
	must(json.NewEncoder(os.Stdout).Encode(map[string]any{"warnings": warnings, "targets": targets}))
}

func options(dockerfile []byte, images baseImages, target string) dockerfile2llb.ConvertOpt {
	linux := ocispecs.Platform{OS: "linux", Architecture: "amd64"}
	source := llb.NewSourceMap(nil, "Dockerfile", "Dockerfile", dockerfile)
	source.Definition = &llb.Definition{} // The linter reads it, and it is nil for a file of no build.
	return dockerfile2llb.ConvertOpt{
		Config:         dockerui.Config{Target: target, BuildPlatforms: []ocispecs.Platform{linux}},
		TargetPlatform: &linux,
		MetaResolver:   images,
		SourceMap:      source,
	}
}

func steps(stage instructions.Stage) []step {
	steps := []step{}
	for _, command := range stage.Commands {
		switch c := command.(type) {
		case *instructions.CopyCommand:
			steps = append(steps, step{Copy: c.SourcePaths, To: c.DestPath, From: c.From, Chmod: c.Chmod})
		case *instructions.RunCommand:
			steps = append(steps, step{Run: c.CmdLine})
		case *instructions.WorkdirCommand:
			steps = append(steps, step{Workdir: c.Path})
		}
	}
	return steps
}

func read(path string) []byte {
	content, err := os.ReadFile(path)
	must(err)
	return content
}

func must(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
