module shop
// replace a => b
