"""The modules that come with a language: Python's standard library by version, and Node.js's built-in modules.

Python's are those of 3.11 (``sys.stdlib_module_names`` without private names) and what other versions have more or less,
by the "Removed" and "New Modules" sections of Python's "What's New" pages. So the answer is the same whatever Python doctor runs on.
"""

from functools import cache

from doctor.code.words import words

_PYTHON_3_11 = words(
    """
    __future__ abc aifc antigravity argparse array ast asynchat asyncio asyncore atexit audioop base64 bdb binascii
    bisect builtins bz2 cProfile calendar cgi cgitb chunk cmath cmd code codecs codeop collections colorsys compileall
    concurrent configparser contextlib contextvars copy copyreg crypt csv ctypes curses dataclasses datetime dbm decimal
    difflib dis distutils doctest email encodings ensurepip enum errno faulthandler fcntl filecmp fileinput fnmatch
    fractions ftplib functools gc genericpath getopt getpass gettext glob graphlib grp gzip hashlib heapq hmac html http
    idlelib imaplib imghdr imp importlib inspect io ipaddress itertools json keyword lib2to3 linecache locale logging
    lzma mailbox mailcap marshal math mimetypes mmap modulefinder multiprocessing netrc nis nntplib ntpath nturl2path
    numbers opcode operator optparse os ossaudiodev pathlib pdb pickle pickletools pipes pkgutil platform plistlib
    poplib posix posixpath pprint profile pstats pty pwd py_compile pyclbr pydoc pydoc_data pyexpat queue quopri random
    re readline reprlib resource rlcompleter runpy sched secrets select selectors shelve shlex shutil signal site smtpd
    smtplib sndhdr socket socketserver spwd sqlite3 sre_compile sre_constants sre_parse ssl stat statistics string
    stringprep struct subprocess sunau symtable sys sysconfig syslog tabnanny tarfile telnetlib tempfile termios
    textwrap this threading time timeit tkinter token tokenize tomllib trace traceback tracemalloc tty turtle turtledemo
    types typing unicodedata unittest urllib uu uuid venv warnings wave weakref webbrowser wsgiref xdrlib xml xmlrpc
    zipapp zipfile zipimport zlib zoneinfo
    """
)
_ADDED = {9: "graphlib zoneinfo", 11: "tomllib", 14: "annotationlib compression"}
"""By the minor version that brought them; Lambda's Python runtimes begin with 3.6."""
_REMOVED = {
    9: "dummy_threading",
    10: "formatter parser symbol",
    11: "binhex",
    12: "asynchat asyncore distutils imp smtpd",
    13: "aifc audioop cgi cgitb chunk crypt imghdr lib2to3 mailcap nis nntplib ossaudiodev pipes sndhdr spwd sunau "
    "telnetlib uu xdrlib",
}
"""By the first minor version that lacks them."""
_BASE = 11

BUILTIN = frozenset(("atexit", "builtins", "errno", "faulthandler", "gc", "itertools", "marshal", "posix", "pwd")) | {
    "sys",
    "time",
}
"""Public modules that are compiled into the interpreter (``sys.builtin_module_names``): no file can take their place."""

NODE = words(
    """
    assert async_hooks buffer child_process cluster console constants crypto dgram diagnostics_channel dns domain events
    fs http http2 https inspector module net os path perf_hooks process punycode querystring readline repl stream
    string_decoder sys timers tls trace_events tty url util v8 vm wasi worker_threads zlib
    """
)
"""Built-in modules of Node.js that need no ``node:`` before them (``module.builtinModules``)."""


@cache
def python(minor: int) -> frozenset[str]:
    """Public top-level modules of the standard library of Python 3.``minor``, on Linux."""
    names = set(_PYTHON_3_11)
    if minor > _BASE:
        names |= _between(_ADDED, _BASE, minor)
        names -= _between(_REMOVED, _BASE, minor)
    else:
        names |= _between(_REMOVED, minor, _BASE)
        names -= _between(_ADDED, minor, _BASE)
    return frozenset(names)


def _between(changes: dict[int, str], above: int, upto: int) -> set[str]:
    return {name for minor, names in changes.items() if above < minor <= upto for name in words(names)}
