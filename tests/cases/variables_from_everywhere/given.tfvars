from_file = "given"
from_command_line = "given"
