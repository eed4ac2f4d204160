locals {
  d =
}
