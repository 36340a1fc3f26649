module shop

go 1.23

require (
	golang.org/x/text v0.19.0 // indirect
)
