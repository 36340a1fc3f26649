package logs

import (
	"bytes"
	"context"
	"encoding/json"
	"strings"
	"testing"
)

func TestWritesOneJSONObjectPerLine(t *testing.T) {
	var out bytes.Buffer

	log := New(&out, "info")
	log.Info().Msg("line one\ntwo")

	var line map[string]interface{}
	if err := json.Unmarshal(out.Bytes(), &line); err != nil {
		t.Fatal(err)
	}
	if strings.Count(out.String(), "\n") != 1 || line["message"] != "line one\ntwo" || line["level"] != "info" {
		t.Fatal(out.String())
	}
}

func TestStartsATraceWhereTheCallerHasNone(t *testing.T) {
	for _, parent := range []string{"", "nonsense", "00-short-00f067aa0ba902b7-01"} {
		if id := TraceID(WithTrace(context.Background(), parent)); len(id) != 32 {
			t.Fatalf("%q gave %q", parent, id)
		}
	}
}
