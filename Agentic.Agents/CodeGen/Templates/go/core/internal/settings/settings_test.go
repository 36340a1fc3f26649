package settings

import (
	"strings"
	"testing"
)

func TestNamesEveryWrongSetting(t *testing.T) {
	given := map[string]string{"PORT": "many", "LOG_LEVEL": "loud"}

	_, err := Read(func(name string) string { return given[name] })

	if err == nil || !strings.Contains(err.Error(), "PORT") || !strings.Contains(err.Error(), "LOG_LEVEL") {
		t.Fatal(err)
	}
}
