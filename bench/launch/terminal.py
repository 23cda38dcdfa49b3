"""Runs the command argv[1:] at a terminal of its own. Prints, in milliseconds, when its first output came and when it ended."""

import os
import pty
import sys
import time

start = time.monotonic()
pid, master = pty.fork()
if pid == 0:
    os.execvp(sys.argv[1], sys.argv[1:])
first = None
while True:
    try:
        data = os.read(master, 65536)
    except OSError:
        break
    if not data:
        break
    if b"ready" in data and first is None:
        first = time.monotonic()
_, status = os.waitpid(pid, 0)
end = time.monotonic()
if status != 0 or first is None:
    sys.exit(f"{sys.argv[1]} ended with status {status}")
print((first - start) * 1000, (end - first) * 1000)
