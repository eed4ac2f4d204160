package main

import (
	"encoding/json"
	"fmt"
	"math/big"
	"slices"

	"github.com/hashicorp/terraform-plugin-go/tfprotov5"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// What another tool planned and made of a configuration, by resource type. Where it is there, the stub decides nothing
// of its own: it gives back the change that fits the question best, and the core judges whether that is allowed.
type recording struct {
	Planned  map[string][]change                   `json:"planned"`
	Made     map[string][]json.RawMessage          `json:"made"`
	Imported map[string]map[string]json.RawMessage `json:"imported"`
}

// A change as a plan in JSON has it.
type change struct {
	Before       any     `json:"before"`
	After        any     `json:"after"`
	AfterUnknown any     `json:"after_unknown"`
	ReplacePaths [][]any `json:"replace_paths"`
	// Whether there is another object afterwards.
	Replaced bool `json:"replaced"`
}

// planned is the change that fits a prior object and a configuration best; none where everything is
// destroyed, of which the core asks what would be if it stayed.
func (r *recording) planned(typeName string, ty tftypes.Type, prior, config tftypes.Value) (*change, tftypes.Value, error) {
	var best *change
	var object tftypes.Value
	least := 0
	for i := range r.Planned[typeName] {
		change := &r.Planned[typeName][i]
		before, err := decoded(ty, change.Before, nil)
		if err != nil {
			return nil, object, fmt.Errorf("%s before: %w", typeName, err)
		}
		after, err := decoded(ty, change.After, change.AfterUnknown)
		if err != nil {
			return nil, object, fmt.Errorf("%s after: %w", typeName, err)
		}
		isMade := prior.IsNull() && (before.IsNull() || change.Replaced)
		if after.IsNull() || prior.IsNull() && !isMade || !prior.IsNull() && before.IsNull() {
			continue
		}
		distance := distance(config, after)
		if !prior.IsNull() {
			distance += differing(prior, before)
		}
		if best == nil || distance < least {
			best, object, least = change, after, distance
		}
	}
	return best, object, nil
}

// live is the object of the same id as it was found, null where none was. What no change is on record of is as recorded.
func (r *recording) live(typeName string, ty tftypes.Type, current tftypes.Value) (tftypes.Value, error) {
	found, least := tftypes.NewValue(ty, nil), -1
	if len(r.Planned[typeName]) == 0 {
		return current, nil
	}
	for _, change := range r.Planned[typeName] {
		before, err := decoded(ty, change.Before, nil)
		if err != nil {
			return current, err
		}
		if before.IsNull() || !sameID(before, current) {
			continue
		}
		if distance := differing(current, before); least < 0 || distance < least {
			found, least = before, distance
		}
	}
	return found, nil
}

// sameID says whether two objects have one id; those that have none may be one.
func sameID(one, other tftypes.Value) bool {
	var members, others map[string]tftypes.Value
	if one.As(&members) != nil || other.As(&others) != nil {
		return false
	}
	id, hasID := members["id"]
	return !hasID || id.Equal(others["id"])
}

// closest is the object of those that fits what is wanted best; -1 if there is none. Taken ones are the last resort.
func closest(ty tftypes.Type, objects []json.RawMessage, taken map[int]bool, wanted tftypes.Value) (int, tftypes.Value, error) {
	best, least := -1, 0
	var found tftypes.Value
	for i, text := range objects {
		object, err := tftypes.ValueFromJSONWithOpts(text, ty, tftypes.ValueFromJSONOpts{IgnoreUndefinedAttributes: true})
		if err != nil {
			return -1, found, err
		}
		distance := 2 * distance(wanted, object)
		if taken[i] {
			distance++
		}
		if best < 0 || distance < least {
			best, found, least = i, object, distance
		}
	}
	return best, found, nil
}

// decoded is a value of a plan in JSON, of which parts are not known.
func decoded(ty tftypes.Type, value, unknown any) (tftypes.Value, error) {
	if unknown == true {
		return tftypes.NewValue(ty, tftypes.UnknownValue), nil
	}
	switch ty := ty.(type) {
	case tftypes.Object:
		members, isObject := value.(map[string]any)
		unknowns, isPartly := unknown.(map[string]any)
		// Of what is destroyed nothing is unknown.
		if !isObject && (!isPartly || len(unknowns) == 0) {
			return tftypes.NewValue(ty, nil), nil
		}
		inner := map[string]tftypes.Value{}
		for name, of := range ty.AttributeTypes {
			member, err := decoded(of, members[name], unknowns[name])
			if err != nil {
				return member, err
			}
			inner[name] = member
		}
		return tftypes.NewValue(ty, inner), nil
	case tftypes.Map:
		members, isMap := value.(map[string]any)
		unknowns, isPartly := unknown.(map[string]any)
		if !isMap && len(unknowns) == 0 || value == nil && !isPartly {
			return tftypes.NewValue(ty, nil), nil
		}
		inner := map[string]tftypes.Value{}
		for _, of := range []map[string]any{members, unknowns} {
			for name := range of {
				member, err := decoded(ty.ElementType, members[name], unknowns[name])
				if err != nil {
					return member, err
				}
				inner[name] = member
			}
		}
		return tftypes.NewValue(ty, inner), nil
	case tftypes.List:
		return decodedElements(ty, ty.ElementType, value, unknown)
	case tftypes.Set:
		return decodedElements(ty, ty.ElementType, value, unknown)
	}
	if value == nil {
		return tftypes.NewValue(ty, nil), nil
	}
	switch value := value.(type) {
	case json.Number:
		number, _, err := big.ParseFloat(value.String(), 10, 512, big.ToNearestEven)
		return tftypes.NewValue(ty, number), err
	default:
		return tftypes.NewValue(ty, value), nil
	}
}

func decodedElements(ty, element tftypes.Type, value, unknown any) (tftypes.Value, error) {
	elements, isList := value.([]any)
	if !isList {
		return tftypes.NewValue(ty, nil), nil
	}
	unknowns, _ := unknown.([]any)
	inner := make([]tftypes.Value, 0, len(elements))
	for i := range max(len(elements), len(unknowns)) {
		var part, unknownPart any
		if i < len(elements) {
			part = elements[i]
		}
		if i < len(unknowns) {
			unknownPart = unknowns[i]
		}
		one, err := decoded(element, part, unknownPart)
		if err != nil {
			return one, err
		}
		inner = append(inner, one)
	}
	return tftypes.NewValue(ty, inner), nil
}

// refined is a planned object with what its configuration says by now: apply plans again when more is known.
func refined(planned, config tftypes.Value, block *tfprotov5.SchemaBlock) (tftypes.Value, error) {
	var members, written map[string]tftypes.Value
	if err := planned.As(&members); err != nil {
		return planned, err
	}
	if err := config.As(&written); err != nil {
		return planned, err
	}
	for _, nested := range block.BlockTypes {
		now := written[nested.TypeName]
		if !members[nested.TypeName].IsKnown() && now.IsKnown() && !isEmpty(now) {
			blocks, err := decision{isNew: true}.block(now, nested, "")
			if err != nil {
				return planned, err
			}
			members[nested.TypeName] = blocks
		}
	}
	for name, member := range members {
		if !isEmpty(written[name]) {
			members[name] = filledIn(member, written[name])
		}
	}
	return tftypes.NewValue(planned.Type(), members), nil
}

// filledIn is a value whose unknown parts are as written, where that is known.
func filledIn(planned, written tftypes.Value) tftypes.Value {
	if written.IsNull() || !written.IsKnown() {
		return planned
	}
	if !planned.IsKnown() {
		return written
	}
	var members, others map[string]tftypes.Value
	if planned.As(&members) == nil && written.As(&others) == nil {
		for name, member := range members {
			if other, ok := others[name]; ok {
				members[name] = filledIn(member, other)
			}
		}
		return tftypes.NewValue(planned.Type(), members)
	}
	var elements, found []tftypes.Value
	if planned.As(&elements) == nil && written.As(&found) == nil && len(elements) == len(found) {
		if planned.Type().Is(tftypes.Set{}) {
			found = matched(elements, found)
		}
		for i, element := range elements {
			elements[i] = filledIn(element, found[i])
		}
		return tftypes.NewValue(planned.Type(), elements)
	}
	return planned
}

// matched are the elements of a set in the order of those that were planned: what was not known is any that was not planned.
func matched(planned, written []tftypes.Value) []tftypes.Value {
	isPlanned := func(one tftypes.Value) bool {
		return slices.ContainsFunc(planned, func(other tftypes.Value) bool { return distance(one, other) == 0 })
	}
	var left []tftypes.Value
	for _, one := range written {
		if !isPlanned(one) {
			left = append(left, one)
		}
	}
	ordered := slices.Clone(planned)
	for i, one := range planned {
		if !one.IsFullyKnown() && len(left) > 0 {
			ordered[i], left = left[0], left[1:]
		}
	}
	return ordered
}

// paths are attribute paths as a plan in JSON has them.
func paths(of [][]any) []*tftypes.AttributePath {
	made := make([]*tftypes.AttributePath, 0, len(of))
	for _, steps := range of {
		path := tftypes.NewAttributePath()
		for _, step := range steps {
			switch step := step.(type) {
			case string:
				path = path.WithAttributeName(step)
			case json.Number:
				index, _ := step.Int64()
				path = path.WithElementKeyInt(int(index))
			}
		}
		made = append(made, path)
	}
	return made
}

// How much a part counts that is another, and one that nobody knows yet.
const (
	another = 4
	unknown = 1
)

// distance counts the parts of an object that are asked for and are not there so.
func distance(asked, found tftypes.Value) int {
	if asked.IsNull() || !asked.IsKnown() {
		return 0
	}
	return parts(asked, found, distance)
}

// differing counts the parts in which two objects differ.
func differing(one, other tftypes.Value) int {
	if one.IsNull() != other.IsNull() {
		return another
	}
	if one.IsNull() {
		return 0
	}
	return parts(one, other, differing)
}

func parts(one, other tftypes.Value, count func(one, other tftypes.Value) int) int {
	if !other.IsKnown() {
		return unknown
	}
	if other.IsNull() {
		return another
	}
	var members, others map[string]tftypes.Value
	if one.As(&members) == nil && other.As(&others) == nil {
		sum := 0
		for name, member := range members {
			if found, ok := others[name]; ok {
				sum += count(member, found)
			} else {
				sum += another
			}
		}
		return sum
	}
	var elements, found []tftypes.Value
	if one.As(&elements) == nil && other.As(&found) == nil {
		sum := 0
		if len(elements) != len(found) {
			sum += another
		}
		for i, element := range elements {
			switch {
			case one.Type().Is(tftypes.Set{}):
				sum += nearest(element, found, count)
			case i < len(found):
				sum += count(element, found[i])
			}
		}
		return sum
	}
	written, isText := text(one)
	issuer, isIssuer := text(other)
	if one.Equal(other) || isText && isIssuer && written == "https://"+issuer {
		return 0
	}
	return another
}

func nearest(element tftypes.Value, among []tftypes.Value, count func(one, other tftypes.Value) int) int {
	least := another
	for i, other := range among {
		if counted := count(element, other); i == 0 || counted < least {
			least = counted
		}
	}
	return least
}
