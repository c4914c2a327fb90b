package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"

	"github.com/anishathalye/porcupine"
)

// One line of history.jsonl, see harness/history/op.ts.
type op struct {
	Process json.RawMessage
	Type    string
	F       string
	Key     string
	Value   json.RawMessage
	Error   string
}

type openOperation struct {
	id    int
	input *input
}

// load pairs invocations with completions, as checkers/operations.ts does: what failed is left out unless
// it is a refused cas, what is unknown returns at the end, and a read of unknown outcome says nothing.
func load(file string) ([]porcupine.Event, int, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, 0, err
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	lines.Buffer(make([]byte, 1<<20), 1<<26)

	var events []porcupine.Event
	values := make(map[string]*value)
	open := make(map[string]openOperation)
	left := make(map[int]bool) // out of the history
	var unknown []int
	id := 0
	for lines.Scan() {
		var line op
		if err := json.Unmarshal(lines.Bytes(), &line); err != nil {
			return nil, 0, err
		}
		process := string(line.Process)
		if line.Type == "invoke" {
			in, err := inputOf(line, values)
			if err != nil {
				return nil, 0, err
			}
			open[process] = openOperation{id, in}
			events = append(events, porcupine.Event{Kind: porcupine.CallEvent, Value: in, Id: id})
			id++
			continue
		}
		done := open[process]
		delete(open, process)
		switch {
		case line.Type == "ok":
			out := &output{}
			if done.input.f == read {
				if out.value, err = valueOf(line.Value, values); err != nil {
					return nil, 0, err
				}
			}
			events = append(events, porcupine.Event{Kind: porcupine.ReturnEvent, Value: out, Id: done.id})
		case line.Type == "fail" && done.input.f == cas && line.Error == "mismatch":
			events = append(events, porcupine.Event{Kind: porcupine.ReturnEvent, Value: refused, Id: done.id})
		case line.Type == "fail" || done.input.f == read:
			left[done.id] = true
		default:
			unknown = append(unknown, done.id)
		}
	}
	for _, done := range open {
		if done.input.f == read {
			left[done.id] = true
		} else {
			unknown = append(unknown, done.id)
		}
	}
	kept := events[:0]
	for _, event := range events {
		if !left[event.Id] {
			kept = append(kept, event)
		}
	}
	for _, id := range unknown {
		kept = append(kept, porcupine.Event{Kind: porcupine.ReturnEvent, Value: (*output)(nil), Id: id})
	}
	return kept, id, lines.Err()
}

var refused = &output{refused: true}

func inputOf(line op, values map[string]*value) (*input, error) {
	in := &input{key: line.Key}
	var err error
	switch line.F {
	case "read", "get":
		in.f = read
	case "write", "put":
		in.f = write
		in.arg, err = valueOf(line.Value, values)
	case "append":
		in.f = appending
		err = json.Unmarshal(line.Value, &in.text)
	case "cas":
		in.f = cas
		var pair [2]json.RawMessage
		if err = json.Unmarshal(line.Value, &pair); err != nil {
			return nil, err
		}
		if in.from, err = valueOf(pair[0], values); err == nil {
			in.arg, err = valueOf(pair[1], values)
		}
	default:
		err = fmt.Errorf("no function %q", line.F)
	}
	return in, err
}

// valueOf returns one pointer for one value. A number is its digits.
func valueOf(raw json.RawMessage, values map[string]*value) (*value, error) {
	text := string(raw)
	if text == "null" || text == "" {
		return missing, nil
	}
	if text[0] == '"' {
		if err := json.Unmarshal(raw, &text); err != nil {
			return nil, err
		}
	}
	known, ok := values[text]
	if !ok {
		known = extend(missing, text)
		values[text] = known
	}
	return known, nil
}
