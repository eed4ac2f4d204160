resource "a" "b" {
  dynamic "c" {
    for_each = var.c
    content {
      d      = c.value.d
      longer = c.key
    }
  }
}
