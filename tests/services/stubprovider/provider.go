package main

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

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

// Nothing changes behind Terraform's back.
func (p *provider) ReadResource(_ context.Context, request *tfprotov5.ReadResourceRequest) (*tfprotov5.ReadResourceResponse, error) {
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
	made, err := known(planned)
	if err != nil {
		return nil, err
	}
	state, err := tfprotov5.NewDynamicValue(ty, made)
	return &tfprotov5.ApplyResourceChangeResponse{NewState: &state, UnsafeToUseLegacyTypeSystem: true}, err
}

func (p *provider) ImportResourceState(context.Context, *tfprotov5.ImportResourceStateRequest) (*tfprotov5.ImportResourceStateResponse, error) {
	return &tfprotov5.ImportResourceStateResponse{Diagnostics: failed(fmt.Errorf("there is nothing to import"))}, nil
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

// The object that a data source finds: the first answer that has all that was asked for.
func (p *provider) answer(typeName string, asked tftypes.Value) (tftypes.Value, error) {
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
