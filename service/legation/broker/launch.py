"""Run as a script, `launch.py PARENT SIGNAL COMMAND...`: becomes COMMAND, which is to die with the process PARENT.

A script of its own, since Python code between fork and exec (`preexec_fn`) is not safe in a process with threads.
"""

from __future__ import annotations

import ctypes
import os
import sys

_PR_SET_PDEATHSIG = 1
"""From <linux/prctl.h>: the signal that this process gets when its parent ends, however it ends."""


def main(arguments: list[str]) -> None:
    """Ask the kernel for the signal, then turn into the command. Where there is no prctl, only the latter."""
    parent, signal_number, *command = arguments
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, int(signal_number), 0, 0, 0)
        if os.getppid() != int(parent):  # it died before the kernel was asked
            sys.exit(1)
    os.execvp(command[0], command)


if __name__ == "__main__":
    main(sys.argv[1:])
