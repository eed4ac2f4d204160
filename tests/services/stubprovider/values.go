package main

import (
	"encoding/base64"
	"encoding/json"
	"strings"

	"github.com/hashicorp/terraform-plugin-go/tfprotov5"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// What a provider says of an object beyond its configuration.
type decision struct {
	defaults map[string]json.RawMessage
	// Whether the object is to be made, so that what the provider decides is not known yet.
	isNew bool
}

// object completes an object, or a block of one under the given names.
func (d decision) object(object tftypes.Value, block *tfprotov5.SchemaBlock, prefix string) (tftypes.Value, error) {
	if object.IsNull() || !object.IsKnown() {
		return object, nil
	}
	var members map[string]tftypes.Value
	if err := object.As(&members); err != nil {
		return object, err
	}
	for _, attribute := range block.Attributes {
		if !members[attribute.Name].IsNull() {
			continue
		}
		value, err := d.attribute(attribute, prefix+attribute.Name)
		if err != nil {
			return object, err
		}
		members[attribute.Name] = value
	}
	for _, nested := range block.BlockTypes {
		inner, err := d.block(members[nested.TypeName], nested, prefix+nested.TypeName+".")
		if err != nil {
			return object, err
		}
		members[nested.TypeName] = inner
	}
	return tftypes.NewValue(object.Type(), members), nil
}

// attribute is the value of an attribute that has none.
func (d decision) attribute(attribute *tfprotov5.SchemaAttribute, path string) (tftypes.Value, error) {
	if value, ok := d.defaults[path]; ok {
		return tftypes.ValueFromJSON(value, attribute.Type)
	}
	if attribute.Computed && d.isNew {
		return tftypes.NewValue(attribute.Type, tftypes.UnknownValue), nil
	}
	return tftypes.NewValue(attribute.Type, nil), nil
}

func (d decision) block(value tftypes.Value, nested *tfprotov5.SchemaNestedBlock, prefix string) (tftypes.Value, error) {
	if value.IsNull() || !value.IsKnown() {
		return value, nil
	}
	switch nested.Nesting {
	case tfprotov5.SchemaNestedBlockNestingModeList, tfprotov5.SchemaNestedBlockNestingModeSet:
		var elements []tftypes.Value
		if err := value.As(&elements); err != nil {
			return value, err
		}
		for i, element := range elements {
			inner, err := d.object(element, nested.Block, prefix)
			if err != nil {
				return value, err
			}
			elements[i] = inner
		}
		return tftypes.NewValue(value.Type(), elements), nil
	case tfprotov5.SchemaNestedBlockNestingModeSingle, tfprotov5.SchemaNestedBlockNestingModeGroup:
		return d.object(value, nested.Block, prefix)
	default:
		return value, nil
	}
}

// spelledAsBefore keeps the prior text of an attribute that differs by its scheme alone: services drop the scheme of an
// issuer's URL, and no provider calls that a change.
func spelledAsBefore(prior, planned tftypes.Value) (tftypes.Value, error) {
	if prior.IsNull() || planned.IsNull() {
		return planned, nil
	}
	var before, after map[string]tftypes.Value
	if err := prior.As(&before); err != nil {
		return planned, err
	}
	if err := planned.As(&after); err != nil {
		return planned, err
	}
	for name, value := range after {
		old, isText := text(before[name])
		now, alsoText := text(value)
		if isText && alsoText && now == "https://"+old {
			after[name] = before[name]
		}
	}
	return tftypes.NewValue(planned.Type(), after), nil
}

func text(value tftypes.Value) (string, bool) {
	if value.IsNull() || !value.IsKnown() || !value.Type().Is(tftypes.String) {
		return "", false
	}
	var text string
	return text, value.As(&text) == nil
}

// known replaces everything that is unknown by something made up.
func known(value tftypes.Value) (tftypes.Value, error) {
	return tftypes.Transform(value, func(path *tftypes.AttributePath, part tftypes.Value) (tftypes.Value, error) {
		if part.IsKnown() {
			return part, nil
		}
		return madeUp(lastName(path), part.Type()), nil
	})
}

// madeUp is a value of a type, for an attribute of a name. What is a list of objects has one.
func madeUp(name string, ty tftypes.Type) tftypes.Value {
	switch ty := ty.(type) {
	case tftypes.List:
		if inner, ok := ty.ElementType.(tftypes.Object); ok {
			return tftypes.NewValue(ty, []tftypes.Value{madeUp(name, inner)})
		}
		return tftypes.NewValue(ty, []tftypes.Value{})
	case tftypes.Set:
		return tftypes.NewValue(ty, []tftypes.Value{})
	case tftypes.Map:
		return tftypes.NewValue(ty, map[string]tftypes.Value{})
	case tftypes.Object:
		members := map[string]tftypes.Value{}
		for member, inner := range ty.AttributeTypes {
			members[member] = madeUp(member, inner)
		}
		return tftypes.NewValue(ty, members)
	}
	switch {
	case ty.Is(tftypes.Bool):
		return tftypes.NewValue(ty, false)
	case ty.Is(tftypes.Number):
		return tftypes.NewValue(ty, 1)
	default:
		return tftypes.NewValue(ty, madeUpText(name))
	}
}

// madeUpText is a text of the form that configurations take apart.
func madeUpText(name string) string {
	switch {
	case name == "arn" || strings.HasSuffix(name, "_arn"):
		return "arn:aws:made:up-region-1:123456789012:up"
	case name == "data":
		return base64.StdEncoding.EncodeToString([]byte("made up"))
	default:
		return "made-up-" + name
	}
}

func lastName(path *tftypes.AttributePath) string {
	name := "value"
	for _, step := range path.Steps() {
		if attribute, ok := step.(tftypes.AttributeName); ok {
			name = string(attribute)
		}
	}
	return name
}

// agrees says whether an object has all that was asked for.
func agrees(asked, found tftypes.Value) bool {
	var wants, has map[string]tftypes.Value
	if asked.As(&wants) != nil || found.As(&has) != nil {
		return false
	}
	for name, want := range wants {
		if !want.IsNull() && !isEmpty(want) && !want.Equal(has[name]) {
			return false
		}
	}
	return true
}

func isEmpty(value tftypes.Value) bool {
	var elements []tftypes.Value
	return value.IsKnown() && value.As(&elements) == nil && len(elements) == 0
}
