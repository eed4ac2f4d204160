{
  "Version": "2012-10-17",
  "Statement": [{
    "Effect": "Allow",
    "Principal": { "Federated": "${provider}" },
    "Action": "sts:AssumeRoleWithWebIdentity",
    "Condition": { "StringEquals": { "${element(split("oidc-provider/", provider), 1)}:sub": "system:serviceaccount:kube-system:${account}" } }
  }]
}
