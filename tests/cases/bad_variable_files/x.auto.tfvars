name = local.x
