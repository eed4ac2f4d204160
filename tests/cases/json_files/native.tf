locals {
  native = module.child["k"].text
}
