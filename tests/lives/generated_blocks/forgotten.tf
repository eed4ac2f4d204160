provider "aws" {
  region = "ap-northeast-2"
}

removed {
  from = aws_iam_openid_connect_provider.main

  lifecycle {
    destroy = false
  }
}

removed {
  from = aws_iam_role.app

  lifecycle {
    destroy = false
  }
}

removed {
  from = aws_iam_role_policy.app

  lifecycle {
    destroy = false
  }
}

removed {
  from = kubernetes_service_account.app

  lifecycle {
    destroy = false
  }
}
