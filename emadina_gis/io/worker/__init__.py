"""Files of other people are parsed in a process of its own, which may die without harm.

`WorkerReader` (in ``pool``) is what the window and the command line hand to workflows. A worker is
this program started again (``process``), with limits on memory, time and files (``limits``) and,
on Linux, without network and with no way to files outside its own folder and the folder that is
read (``confinement``). Requests and answers are JSON in frames (``frames``); nothing that a worker
says is ever executed, and tables come in a file that is checked when it is mapped
(``io.mapped``).
"""

from __future__ import annotations

#: First argument of a start of the program that is to be a worker; the private folder follows.
SWITCH = "--read-files-in"
