// Package migrations holds the SQL that makes the database's structure.
package migrations

import "embed"

// Files are applied once each, in the order of their names.
//
//go:embed *.sql
var Files embed.FS
