package main

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/hashicorp/terraform-plugin-go/tfprotov5"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// The provider: every call answered from the schemas.
type provider struct {
	schema  *served
	answers map[string][]json.RawMessage
	// Defaults of arguments, by type and by the names that lead to them.
	defaults map[string]map[string]json.RawMessage
	// Blocks that the service decides when none is written, as "type.block".
	decided []string
	// What is played back, if anything is.
	played *recording
	// Which of the objects on record were given out, by type.
	given map[string]map[int]bool
	lock  sync.Mutex
}

func (p *provider) GetMetadata(context.Context, *tfprotov5.GetMetadataRequest) (*tfprotov5.GetMetadataResponse, error) {
	answer := &tfprotov5.GetMetadataResponse{}
	for _, name := range names(p.schema.resources) {
		answer.Resources = append(answer.Resources, tfprotov5.ResourceMetadata{TypeName: name})
	}
	for _, name := range names(p.schema.data) {
		answer.DataSources = append(answer.DataSources, tfprotov5.DataSourceMetadata{TypeName: name})
	}
	for _, name := range names(p.schema.ephemeral) {
		answer.EphemeralResources = append(answer.EphemeralResources, tfprotov5.EphemeralResourceMetadata{TypeName: name})
	}
	return answer, nil
}

func (p *provider) GetProviderSchema(context.Context, *tfprotov5.GetProviderSchemaRequest) (*tfprotov5.GetProviderSchemaResponse, error) {
	return &tfprotov5.GetProviderSchemaResponse{
		Provider:                 p.schema.provider,
		ResourceSchemas:          p.schema.resources,
		DataSourceSchemas:        p.schema.data,
		EphemeralResourceSchemas: p.schema.ephemeral,
	}, nil
}

func (p *provider) GetResourceIdentitySchemas(context.Context, *tfprotov5.GetResourceIdentitySchemasRequest) (*tfprotov5.GetResourceIdentitySchemasResponse, error) {
	return &tfprotov5.GetResourceIdentitySchemasResponse{}, nil
}

func (p *provider) PrepareProviderConfig(_ context.Context, request *tfprotov5.PrepareProviderConfigRequest) (*tfprotov5.PrepareProviderConfigResponse, error) {
	return &tfprotov5.PrepareProviderConfigResponse{PreparedConfig: request.Config}, nil
}

func (p *provider) ConfigureProvider(context.Context, *tfprotov5.ConfigureProviderRequest) (*tfprotov5.ConfigureProviderResponse, error) {
	return &tfprotov5.ConfigureProviderResponse{}, nil
}

func (p *provider) StopProvider(context.Context, *tfprotov5.StopProviderRequest) (*tfprotov5.StopProviderResponse, error) {
	return &tfprotov5.StopProviderResponse{}, nil
}

func (p *provider) ValidateResourceTypeConfig(context.Context, *tfprotov5.ValidateResourceTypeConfigRequest) (*tfprotov5.ValidateResourceTypeConfigResponse, error) {
	return &tfprotov5.ValidateResourceTypeConfigResponse{}, nil
}

func (p *provider) UpgradeResourceState(_ context.Context, request *tfprotov5.UpgradeResourceStateRequest) (*tfprotov5.UpgradeResourceStateResponse, error) {
	ty := p.schema.resources[request.TypeName].ValueType()
	value, err := request.RawState.Unmarshal(ty)
	if err != nil {
		return &tfprotov5.UpgradeResourceStateResponse{Diagnostics: failed(err)}, nil
	}
	state, err := tfprotov5.NewDynamicValue(ty, value)
	return &tfprotov5.UpgradeResourceStateResponse{UpgradedState: &state}, err
}

func (p *provider) UpgradeResourceIdentity(context.Context, *tfprotov5.UpgradeResourceIdentityRequest) (*tfprotov5.UpgradeResourceIdentityResponse, error) {
	return nil, fmt.Errorf("no resource has an identity")
}

// Nothing changes behind Terraform's back, unless it is on record.
func (p *provider) ReadResource(_ context.Context, request *tfprotov5.ReadResourceRequest) (*tfprotov5.ReadResourceResponse, error) {
	if p.played != nil {
		ty := p.schema.resources[request.TypeName].ValueType()
		current, err := request.CurrentState.Unmarshal(ty)
		if err != nil {
			return nil, err
		}
		live, err := p.played.live(request.TypeName, ty, current)
		if err != nil {
			return nil, err
		}
		state, err := tfprotov5.NewDynamicValue(ty, live)
		return &tfprotov5.ReadResourceResponse{NewState: &state, Private: request.Private}, err
	}
	return &tfprotov5.ReadResourceResponse{NewState: request.CurrentState, Private: request.Private}, nil
}

func (p *provider) PlanResourceChange(_ context.Context, request *tfprotov5.PlanResourceChangeRequest) (*tfprotov5.PlanResourceChangeResponse, error) {
	schema := p.schema.resources[request.TypeName]
	ty := schema.ValueType()
	proposed, err := request.ProposedNewState.Unmarshal(ty)
	if err != nil {
		return nil, err
	}
	prior, err := request.PriorState.Unmarshal(ty)
	if err != nil {
		return nil, err
	}
	if p.played != nil && !proposed.IsNull() {
		answer, err := p.planPlayed(request, ty, prior)
		if answer != nil || err != nil {
			return answer, err
		}
	}
	decision := decision{defaults: p.defaults[request.TypeName], isNew: prior.IsNull()}
	planned, err := decision.object(proposed, schema.Block, "")
	if err != nil {
		return nil, err
	}
	planned, err = p.decidedBlocks(request.TypeName, prior, planned)
	if err != nil {
		return nil, err
	}
	planned, err = spelledAsBefore(prior, planned)
	if err != nil {
		return nil, err
	}
	state, err := tfprotov5.NewDynamicValue(ty, planned)
	return &tfprotov5.PlanResourceChangeResponse{
		PlannedState: &state,
		// As providers that fill in defaults have to say.
		UnsafeToUseLegacyTypeSystem: true,
	}, err
}

// planPlayed gives back a change on record, if there is one.
func (p *provider) planPlayed(request *tfprotov5.PlanResourceChangeRequest, ty tftypes.Type, prior tftypes.Value) (*tfprotov5.PlanResourceChangeResponse, error) {
	config, err := request.Config.Unmarshal(ty)
	if err != nil {
		return nil, err
	}
	change, after, err := p.played.planned(request.TypeName, ty, prior, config)
	if err != nil {
		return &tfprotov5.PlanResourceChangeResponse{Diagnostics: failed(err)}, nil
	}
	if change == nil {
		return nil, nil
	}
	after, err = refined(after, config, p.schema.resources[request.TypeName].Block)
	if err != nil {
		return nil, err
	}
	answer := &tfprotov5.PlanResourceChangeResponse{UnsafeToUseLegacyTypeSystem: p.isLegacy(request.TypeName)}
	if !prior.IsNull() {
		answer.RequiresReplace = paths(change.ReplacePaths)
	}
	state, err := tfprotov5.NewDynamicValue(ty, after)
	answer.PlannedState = &state
	return answer, err
}

// isLegacy says whether a type has arguments that its provider plans otherwise than they are written, which the core allows
// old providers alone.
func (p *provider) isLegacy(typeName string) bool {
	return slices.ContainsFunc(p.decided, func(block string) bool { return strings.HasPrefix(block, typeName+".") })
}

// made is the object on record for what was planned.
func (p *provider) made(typeName string, ty tftypes.Type, planned tftypes.Value) (tftypes.Value, error) {
	p.lock.Lock()
	defer p.lock.Unlock()
	index, object, err := closest(ty, p.played.Made[typeName], p.given[typeName], planned)
	if err != nil {
		return planned, err
	}
	if index < 0 {
		return planned, fmt.Errorf("no object of %s is on record", typeName)
	}
	if p.given[typeName] == nil {
		p.given[typeName] = map[int]bool{}
	}
	p.given[typeName][index] = true
	return object, nil
}

// decidedBlocks fills in the blocks that are not written and that the service decides: as they are, or not known yet.
func (p *provider) decidedBlocks(typeName string, prior, planned tftypes.Value) (tftypes.Value, error) {
	if planned.IsNull() {
		return planned, nil
	}
	var members, before map[string]tftypes.Value
	if err := planned.As(&members); err != nil {
		return planned, err
	}
	if err := prior.As(&before); err != nil {
		return planned, err
	}
	for name, value := range members {
		if !isEmpty(value) || !slices.Contains(p.decided, typeName+"."+name) {
			continue
		}
		if prior.IsNull() {
			members[name] = tftypes.NewValue(value.Type(), tftypes.UnknownValue)
		} else {
			members[name] = before[name]
		}
	}
	return tftypes.NewValue(planned.Type(), members), nil
}

func (p *provider) ApplyResourceChange(_ context.Context, request *tfprotov5.ApplyResourceChangeRequest) (*tfprotov5.ApplyResourceChangeResponse, error) {
	ty := p.schema.resources[request.TypeName].ValueType()
	planned, err := request.PlannedState.Unmarshal(ty)
	if err != nil {
		return nil, err
	}
	if p.played != nil && !planned.IsNull() {
		made, err := p.made(request.TypeName, ty, planned)
		if err != nil {
			return &tfprotov5.ApplyResourceChangeResponse{NewState: request.PriorState, Diagnostics: failed(err)}, nil
		}
		state, err := tfprotov5.NewDynamicValue(ty, made)
		legacy := p.isLegacy(request.TypeName)
		return &tfprotov5.ApplyResourceChangeResponse{NewState: &state, UnsafeToUseLegacyTypeSystem: legacy}, err
	}
	made, err := known(planned)
	if err != nil {
		return nil, err
	}
	state, err := tfprotov5.NewDynamicValue(ty, made)
	return &tfprotov5.ApplyResourceChangeResponse{NewState: &state, UnsafeToUseLegacyTypeSystem: true}, err
}

// What is imported is what was on record under the id.
func (p *provider) ImportResourceState(_ context.Context, request *tfprotov5.ImportResourceStateRequest) (*tfprotov5.ImportResourceStateResponse, error) {
	if p.played == nil || p.played.Imported[request.TypeName][request.ID] == nil {
		return &tfprotov5.ImportResourceStateResponse{Diagnostics: failed(fmt.Errorf("there is nothing to import"))}, nil
	}
	ty := p.schema.resources[request.TypeName].ValueType()
	object, err := tftypes.ValueFromJSON(p.played.Imported[request.TypeName][request.ID], ty)
	if err != nil {
		return nil, err
	}
	state, err := tfprotov5.NewDynamicValue(ty, object)
	return &tfprotov5.ImportResourceStateResponse{
		ImportedResources: []*tfprotov5.ImportedResource{{TypeName: request.TypeName, State: &state}},
	}, err
}

func (p *provider) MoveResourceState(context.Context, *tfprotov5.MoveResourceStateRequest) (*tfprotov5.MoveResourceStateResponse, error) {
	return &tfprotov5.MoveResourceStateResponse{Diagnostics: failed(fmt.Errorf("types do not move"))}, nil
}

func (p *provider) ValidateDataSourceConfig(context.Context, *tfprotov5.ValidateDataSourceConfigRequest) (*tfprotov5.ValidateDataSourceConfigResponse, error) {
	return &tfprotov5.ValidateDataSourceConfigResponse{}, nil
}

func (p *provider) ReadDataSource(_ context.Context, request *tfprotov5.ReadDataSourceRequest) (*tfprotov5.ReadDataSourceResponse, error) {
	schema := p.schema.data[request.TypeName]
	ty := schema.ValueType()
	asked, err := request.Config.Unmarshal(ty)
	if err != nil {
		return nil, err
	}
	found, err := p.answer(request.TypeName, asked)
	if err != nil {
		return &tfprotov5.ReadDataSourceResponse{Diagnostics: failed(err)}, nil
	}
	state, err := tfprotov5.NewDynamicValue(ty, found)
	return &tfprotov5.ReadDataSourceResponse{State: &state}, err
}

// The object that a data source finds: the first answer that has all that was asked for, or the closest on record.
func (p *provider) answer(typeName string, asked tftypes.Value) (tftypes.Value, error) {
	if p.played != nil {
		index, found, err := closest(asked.Type(), p.asked(typeName, asked), nil, asked)
		if err == nil && index < 0 {
			err = fmt.Errorf("there is no answer for this %s", typeName)
		}
		return found, err
	}
	for _, answer := range p.answers[typeName] {
		found, err := tftypes.ValueFromJSON(answer, asked.Type())
		if err != nil {
			return asked, fmt.Errorf("an answer for %s: %w", typeName, err)
		}
		if agrees(asked, found) {
			return found, nil
		}
	}
	return asked, fmt.Errorf("there is no answer for this %s", typeName)
}

// asked are the answers with the fewest arguments that were not asked for.
func (p *provider) asked(typeName string, asked tftypes.Value) []json.RawMessage {
	block := p.schema.data[typeName].Block
	var fewest []json.RawMessage
	var wants map[string]tftypes.Value
	if asked.As(&wants) != nil {
		return p.answers[typeName]
	}
	least := -1
	for _, answer := range p.answers[typeName] {
		var has map[string]json.RawMessage
		if json.Unmarshal(answer, &has) != nil {
			continue
		}
		more := 0
		for _, attribute := range block.Attributes {
			isNull := len(has[attribute.Name]) == 0 || string(has[attribute.Name]) == "null"
			if attribute.Optional && !attribute.Computed && wants[attribute.Name].IsNull() != isNull {
				more++
			}
		}
		if least < 0 || more < least {
			fewest, least = nil, more
		}
		if more == least {
			fewest = append(fewest, answer)
		}
	}
	return fewest
}

func (p *provider) CallFunction(context.Context, *tfprotov5.CallFunctionRequest) (*tfprotov5.CallFunctionResponse, error) {
	return nil, fmt.Errorf("there are no functions")
}

func (p *provider) GetFunctions(context.Context, *tfprotov5.GetFunctionsRequest) (*tfprotov5.GetFunctionsResponse, error) {
	return &tfprotov5.GetFunctionsResponse{}, nil
}

func (p *provider) ValidateEphemeralResourceConfig(context.Context, *tfprotov5.ValidateEphemeralResourceConfigRequest) (*tfprotov5.ValidateEphemeralResourceConfigResponse, error) {
	return &tfprotov5.ValidateEphemeralResourceConfigResponse{}, nil
}

// What the configuration does not give is made up.
func (p *provider) OpenEphemeralResource(_ context.Context, request *tfprotov5.OpenEphemeralResourceRequest) (*tfprotov5.OpenEphemeralResourceResponse, error) {
	schema := p.schema.ephemeral[request.TypeName]
	ty := schema.ValueType()
	asked, err := request.Config.Unmarshal(ty)
	if err != nil {
		return nil, err
	}
	wanted, err := decision{isNew: true}.object(asked, schema.Block, "")
	if err != nil {
		return nil, err
	}
	opened, err := known(wanted)
	if err != nil {
		return nil, err
	}
	result, err := tfprotov5.NewDynamicValue(ty, opened)
	return &tfprotov5.OpenEphemeralResourceResponse{Result: &result}, err
}

func (p *provider) RenewEphemeralResource(context.Context, *tfprotov5.RenewEphemeralResourceRequest) (*tfprotov5.RenewEphemeralResourceResponse, error) {
	return &tfprotov5.RenewEphemeralResourceResponse{}, nil
}

func (p *provider) CloseEphemeralResource(context.Context, *tfprotov5.CloseEphemeralResourceRequest) (*tfprotov5.CloseEphemeralResourceResponse, error) {
	return &tfprotov5.CloseEphemeralResourceResponse{}, nil
}

func failed(err error) []*tfprotov5.Diagnostic {
	return []*tfprotov5.Diagnostic{{Severity: tfprotov5.DiagnosticSeverityError, Summary: err.Error()}}
}
