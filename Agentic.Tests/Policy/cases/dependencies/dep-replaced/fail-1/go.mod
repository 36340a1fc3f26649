module shop
replace golang.org/x/text => ../text
