module "greeting" {
  source   = "./modules/named"
  for_each = { de = "hallo", en = "hello" }
  name     = each.value
  suffix   = "/${each.key}"
}

resource "terraform_data" "after" {
  input = module.greeting["de"].value
}

output "values" {
  value = { for key, module in module.greeting : key => module.value }
}
