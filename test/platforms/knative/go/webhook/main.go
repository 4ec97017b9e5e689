// Says of Knative Services what Knative's own admission webhook says: unknown fields, defaults, validation.
//
//	webhook <service.json >{"defaulted": service, "problems": string}
package main

import (
	"context"
	"encoding/json"
	"log"
	"os"

	"knative.dev/pkg/apis"
	"knative.dev/serving/pkg/apis/config"
	servingv1 "knative.dev/serving/pkg/apis/serving/v1"
)

func main() {
	decoder := json.NewDecoder(os.Stdin)
	decoder.DisallowUnknownFields()
	var service servingv1.Service
	answer := map[string]any{}
	if err := decoder.Decode(&service); err != nil {
		answer["problems"] = err.Error()
	} else {
		// A new object, with the configuration that Knative has when nobody changed it.
		ctx := apis.WithinCreate(config.ToContext(context.Background(), config.FromContextOrDefaults(context.Background())))
		service.SetDefaults(ctx)
		problems := ""
		if fault := service.Validate(ctx); fault != nil {
			problems = fault.Error()
		}
		answer["problems"] = problems
		answer["defaulted"] = service
	}
	if err := json.NewEncoder(os.Stdout).Encode(answer); err != nil {
		log.Fatal(err)
	}
}
