moved {
from=a.b
to=a.c["x"]
}
import {
to=a.c
id="${var.x}"
}
