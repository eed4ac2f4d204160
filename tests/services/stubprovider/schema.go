package main

import (
	"encoding/json"
	"fmt"
	"sort"

	"github.com/hashicorp/terraform-plugin-go/tfprotov5"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// The JSON of `providers schema -json`, as far as types and what may be set go.
type (
	schemas struct {
		Providers map[string]providerSchema `json:"provider_schemas"`
	}
	providerSchema struct {
		Provider  schemaJSON            `json:"provider"`
		Resources map[string]schemaJSON `json:"resource_schemas"`
		Data      map[string]schemaJSON `json:"data_source_schemas"`
		Ephemeral map[string]schemaJSON `json:"ephemeral_resource_schemas"`
	}
	schemaJSON struct {
		Version int64     `json:"version"`
		Block   blockJSON `json:"block"`
	}
	blockJSON struct {
		Attributes map[string]attributeJSON `json:"attributes"`
		Blocks     map[string]nestedJSON    `json:"block_types"`
	}
	attributeJSON struct {
		Type      json.RawMessage `json:"type"`
		Required  bool            `json:"required"`
		Optional  bool            `json:"optional"`
		Computed  bool            `json:"computed"`
		Sensitive bool            `json:"sensitive"`
	}
	nestedJSON struct {
		Nesting string    `json:"nesting_mode"`
		Block   blockJSON `json:"block"`
		Min     int64     `json:"min_items"`
		Max     int64     `json:"max_items"`
	}
)

// What a provider has, as the protocol says it.
type served struct {
	provider  *tfprotov5.Schema
	resources map[string]*tfprotov5.Schema
	data      map[string]*tfprotov5.Schema
	ephemeral map[string]*tfprotov5.Schema
}

func readSchema(path, address string) (*served, error) {
	var file schemas
	if err := readJSON(path, &file); err != nil {
		return nil, err
	}
	found, ok := file.Providers[address]
	if !ok {
		return nil, fmt.Errorf("%s has no schema of %s", path, address)
	}
	provider, err := found.Provider.schema()
	if err != nil {
		return nil, err
	}
	resources, err := all(found.Resources)
	if err != nil {
		return nil, err
	}
	data, err := all(found.Data)
	if err != nil {
		return nil, err
	}
	ephemeral, err := all(found.Ephemeral)
	if err != nil {
		return nil, err
	}
	return &served{provider, resources, data, ephemeral}, nil
}

func all(schemas map[string]schemaJSON) (map[string]*tfprotov5.Schema, error) {
	made := map[string]*tfprotov5.Schema{}
	for name, schema := range schemas {
		one, err := schema.schema()
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		made[name] = one
	}
	return made, nil
}

func (s schemaJSON) schema() (*tfprotov5.Schema, error) {
	block, err := s.Block.block()
	return &tfprotov5.Schema{Version: s.Version, Block: block}, err
}

func (b blockJSON) block() (*tfprotov5.SchemaBlock, error) {
	block := &tfprotov5.SchemaBlock{}
	for _, name := range names(b.Attributes) {
		of := b.Attributes[name]
		ty, err := tftypes.ParseJSONType(of.Type)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		block.Attributes = append(block.Attributes, &tfprotov5.SchemaAttribute{
			Name: name, Type: ty, Required: of.Required, Optional: of.Optional, Computed: of.Computed, Sensitive: of.Sensitive,
		})
	}
	for _, name := range names(b.Blocks) {
		of := b.Blocks[name]
		inner, err := of.Block.block()
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		nesting, ok := nestings[of.Nesting]
		if !ok {
			return nil, fmt.Errorf("%s: unknown nesting %q", name, of.Nesting)
		}
		block.BlockTypes = append(block.BlockTypes, &tfprotov5.SchemaNestedBlock{
			TypeName: name, Block: inner, Nesting: nesting, MinItems: of.Min, MaxItems: of.Max,
		})
	}
	return block, nil
}

var nestings = map[string]tfprotov5.SchemaNestedBlockNestingMode{
	"single": tfprotov5.SchemaNestedBlockNestingModeSingle,
	"list":   tfprotov5.SchemaNestedBlockNestingModeList,
	"set":    tfprotov5.SchemaNestedBlockNestingModeSet,
	"map":    tfprotov5.SchemaNestedBlockNestingModeMap,
	"group":  tfprotov5.SchemaNestedBlockNestingModeGroup,
}

// allowsDecisions lets the provider give every argument that is not written a value, as defaults do; no schema says which
// arguments have one.
func (s *served) allowsDecisions() {
	for _, schema := range s.resources {
		mayDecide(schema.Block)
	}
}

func mayDecide(block *tfprotov5.SchemaBlock) {
	for _, attribute := range block.Attributes {
		attribute.Computed = attribute.Computed || attribute.Optional
	}
	for _, nested := range block.BlockTypes {
		mayDecide(nested.Block)
	}
}

func names[T any](of map[string]T) []string {
	names := make([]string, 0, len(of))
	for name := range of {
		names = append(names, name)
	}
	sort.Strings(names)
	return names
}
