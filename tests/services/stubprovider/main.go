// Command stubprovider is a Terraform provider without a service: it serves the schemas of a file, plans what the
// configuration says, and makes up what only a service could say.
//
// Its name says which provider it is: terraform-provider-aws serves registry.terraform.io/hashicorp/aws. STUB_SCHEMAS names
// a file as `providers schema -json` prints it. STUB_ANSWERS, if set, names a file of objects that data sources find, by
// type: {"aws_partition": [{"partition": "aws", …}]}.
//
// No schema has defaults of arguments: STUB_DEFAULTS, if set, names a file with those of a resource type, by the names that
// lead to them: {"aws_iam_role": {"path": "/"}, "aws_eks_cluster": {"vpc_config.endpoint_public_access": true}}.
// STUB_DECIDED, if set, names a file of blocks that the service decides when none is written, a line "type.block" each.
// Nothing says what cannot change in place: nothing is replaced.
//
// STUB_PLAYED, if set, names a file with what another tool planned and made (see recording). Then the stub decides nothing:
// it gives back what is on record, and the core is as strict with it as with new providers.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/hashicorp/terraform-plugin-go/tfprotov5"
	"github.com/hashicorp/terraform-plugin-go/tfprotov5/tf5server"
)

func main() {
	if err := serve(); err != nil {
		fmt.Fprintln(os.Stderr, "stubprovider:", err)
		os.Exit(1)
	}
}

func serve() error {
	name := strings.TrimPrefix(filepath.Base(os.Args[0]), "terraform-provider-")
	address := "registry.terraform.io/hashicorp/" + name
	schema, err := readSchema(os.Getenv("STUB_SCHEMAS"), address)
	if err != nil {
		return err
	}
	stub := &provider{schema: schema, given: map[string]map[int]bool{}}
	if err := readOptional("STUB_ANSWERS", &stub.answers); err != nil {
		return err
	}
	if path := os.Getenv("STUB_DECIDED"); path != "" {
		lines, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		stub.decided = strings.Fields(string(lines))
	}
	if err := readOptional("STUB_DEFAULTS", &stub.defaults); err != nil {
		return err
	}
	if os.Getenv("STUB_PLAYED") != "" {
		stub.played = &recording{}
		if err := readOptional("STUB_PLAYED", stub.played); err != nil {
			return err
		}
		stub.schema.allowsDecisions()
	}
	return tf5server.Serve(address, func() tfprotov5.ProviderServer { return stub })
}

func readOptional(variable string, into any) error {
	path := os.Getenv(variable)
	if path == "" {
		return nil
	}
	return readJSON(path, into)
}

func readJSON(path string, into any) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	reader := json.NewDecoder(file)
	reader.UseNumber()
	return reader.Decode(into)
}
