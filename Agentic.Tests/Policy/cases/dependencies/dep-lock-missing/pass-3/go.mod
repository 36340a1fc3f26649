module shop
require golang.org/x/text v0.19.0
