"""A command at a real terminal: a pty of its own, driven by JSON lines on stdin, reported by JSON lines on stdout.

argv[1] is {"command", "cwd", "env", "rows", "columns"}.
In:  {"write": base64} {"resize": [rows, columns]} {"signal": number} {"termios": true} {"close": true}
Out: {"output": base64} {"termios": {"echo", "canonical", "signals", "postprocess"}} {"exit": {"code", "signal"}}
The terminal stays open after the command's end, as in a shell, until it is closed or stdin ends.
"""

import base64
import fcntl
import json
import os
import select
import signal
import struct
import subprocess
import sys
import termios

STDIN = 0
# How long output may still come from others that hold the terminal after the command itself has ended.
LAST_OUTPUT_SECONDS = 0.5


def main():
    request = json.loads(sys.argv[1])
    master, slave = os.openpty()
    resize(master, request["rows"], request["columns"])
    ended = notice_child()
    process = spawn(request, slave)
    os.close(slave)
    serve(master, process, ended)


def notice_child():
    """A descriptor that becomes readable when the child has changed its state (Linux and macOS alike)."""
    ended, wake_up = os.pipe()
    os.set_blocking(wake_up, False)
    signal.set_wakeup_fd(wake_up)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    return ended


def spawn(request, slave):
    return subprocess.Popen(
        request["command"],
        cwd=request["cwd"],
        env=request["env"],
        stdin=slave,
        stdout=slave,
        stderr=slave,
        start_new_session=True,
        preexec_fn=lambda: fcntl.ioctl(slave, termios.TIOCSCTTY, 0),
    )


def serve(master, process, ended):
    watched = {STDIN, master, ended}
    reported = False
    pending = b""
    while STDIN in watched:
        draining = process.returncode is not None and not reported
        ready, _, _ = select.select(watched, [], [], LAST_OUTPUT_SECONDS if draining else None)
        if master in ready and not report_output(master):
            watched.discard(master)
        if ended in ready:
            os.read(ended, 64)
            process.poll()
        if process.returncode is not None and not reported and (master not in watched or not ready):
            report(exit=how_it_ended(process.returncode))
            reported = True
        if STDIN in ready:
            data = os.read(STDIN, 65536)
            *lines, pending = (pending + data).split(b"\n")
            for line in lines:
                if not obey(json.loads(line), master, process):
                    # The kernel sends SIGHUP to the session, as when a terminal's window is closed.
                    watched.discard(master)
                    os.close(master)
            if not data:
                watched.discard(STDIN)


def report_output(master):
    """False when nobody holds the other side any more: the kernel says EIO then, or the end of file."""
    try:
        data = os.read(master, 65536)
    except OSError:
        data = b""
    if data:
        report(output=base64.b64encode(data).decode())
    return bool(data)


def obey(command, master, process):
    """False if the terminal is to be closed."""
    if "write" in command:
        data = base64.b64decode(command["write"])
        while data:
            data = data[os.write(master, data) :]
    elif "resize" in command:
        resize(master, *command["resize"])
    elif "signal" in command:
        process.send_signal(command["signal"])
    elif "termios" in command:
        report(termios=modes(master))
    return "close" not in command


def resize(master, rows, columns):
    fcntl.ioctl(master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))


def modes(master):
    _, output, _, local, *_ = termios.tcgetattr(master)
    return {
        "echo": bool(local & termios.ECHO),
        "canonical": bool(local & termios.ICANON),
        "signals": bool(local & termios.ISIG),
        "postprocess": bool(output & termios.OPOST),
    }


def how_it_ended(returncode):
    if returncode < 0:
        return {"code": None, "signal": -returncode}
    return {"code": returncode, "signal": None}


def report(**event):
    sys.stdout.write(json.dumps(event) + "\n")
    sys.stdout.flush()


main()
