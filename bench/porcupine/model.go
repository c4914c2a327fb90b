package main

import "github.com/anishathalye/porcupine"

// A key's value, shared by everything that writes or reads it, so that a step allocates nothing but the
// result of an append, and comparing states is mostly comparing pointers. Its hash grows with it.
type value struct {
	text string
	hash uint64
}

// What was never written. Workloads write no empty text.
var missing = &value{hash: 14695981039346656037}

// FNV-1a.
func extend(v *value, text string) *value {
	hash := v.hash
	for i := 0; i < len(text); i++ {
		hash = (hash ^ uint64(text[i])) * 1099511628211
	}
	return &value{v.text + text, hash}
}

type function uint8

const (
	read function = iota
	write
	appending
	cas
)

type input struct {
	f    function
	key  string
	arg  *value // of a cas, the new value
	from *value // of a cas
	text string // of an append
}

// A nil output is an unknown outcome. Whether the operation took effect is told by where it is put: one
// that never did can always be put last, as nothing is after it.
type output struct {
	value   *value // of a read
	refused bool   // of a cas
}

func same(a, b *value) bool {
	return a == b || (a.hash == b.hash && a.text == b.text)
}

var model = porcupine.Model{
	PartitionEvent: byKey,
	Init:           func() interface{} { return missing },
	Step: func(state, in, out interface{}) (bool, interface{}) {
		present, i, o := state.(*value), in.(*input), out.(*output)
		switch i.f {
		case read:
			return o == nil || same(o.value, present), state
		case write:
			return true, i.arg
		case appending:
			return true, extend(present, i.text)
		default:
			if same(i.from, present) {
				return o == nil || !o.refused, i.arg
			}
			return o == nil || o.refused, state
		}
	},
	Equal: func(a, b interface{}) bool { return same(a.(*value), b.(*value)) },
	Hash:  func(state interface{}) uint64 { return state.(*value).hash },
}

func byKey(history []porcupine.Event) [][]porcupine.Event {
	partitions := make(map[string]int)
	keyOf := make([]int, len(history)) // ids are less than the number of events
	var result [][]porcupine.Event
	for _, event := range history {
		if event.Kind == porcupine.CallEvent {
			key := event.Value.(*input).key
			partition, ok := partitions[key]
			if !ok {
				partition = len(result)
				partitions[key] = partition
				result = append(result, nil)
			}
			keyOf[event.Id] = partition
		}
		partition := keyOf[event.Id]
		result[partition] = append(result[partition], event)
	}
	return result
}
