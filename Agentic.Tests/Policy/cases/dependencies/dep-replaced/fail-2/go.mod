module shop
replace (
	golang.org/x/text v0.1.0 => example.org/fork/text v0.2.0
)
