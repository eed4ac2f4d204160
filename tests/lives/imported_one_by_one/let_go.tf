provider "aws" {
  region = "ap-northeast-2"
}

removed {
  from = oidc_provider.main

  lifecycle {
    destroy = false
  }
}

removed {
  from = role.app

  lifecycle {
    destroy = false
  }
}

removed {
  from = aws_iam_role.again

  lifecycle {
    destroy = false
  }
}
