"""Holds what a handler does with Python's own sockets, where nothing stronger can: by hooks, which compiled code goes around.

A connection is asked for at doctor's desk and led to the port that it tells. What does not come by these hooks is
refused by an audit hook: a connection that nobody led, a name looked up past them, a program started.
"""

import _thread
import errno
import ipaddress
import json
import os
import socket
import sys
import threading
import time
from typing import Any, Dict, List, Optional, Set, Tuple  # noqa: UP035  Python 3.9 runs this

_real_socket = socket.socket
_real_getaddrinfo = socket.getaddrinfo
_led = threading.local()
_listening: Set[int] = set()  # noqa: UP006  ports of our own
_desk: Tuple[str, int] = ("", 0)  # noqa: UP006
_PROGRAMS = ("subprocess.Popen", "os.exec", "os.posix_spawn", "os.spawn", "os.system", "pty.spawn")
_PACKETS = getattr(socket, "AF_PACKET", -2)
_FORKS = ("os.fork", "os.forkpty")
_WATCH = 0.25
"""Seconds between two looks at who the parent is."""
_OUT = ("connect", "sendto", "sendmsg", "sendmmsg", "syscall", "system", "popen", "posix_spawn", "posix_spawnp")
_RUN = ("execl", "execlp", "execle", "execv", "execvp", "execve")
_PAST_THE_INTERPRETER = {name for one in (*_OUT, *_RUN) for name in (one, one.encode())}
"""What ctypes is not given of the C library: it would go around every hook."""
_refused = list(_PROGRAMS)
_LOOKUPS = ("socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr", "socket.getnameinfo")


def _ask(**question: Any) -> Dict[str, Any]:  # noqa: UP006
    """Put a question to the desk. An error of it leads nowhere."""
    before, _led.on = getattr(_led, "on", False), True
    try:
        with _real_socket() as desk:
            desk.settimeout(10)
            desk.connect(_desk)
            desk.sendall(json.dumps(question).encode() + b"\n")
            return dict(json.loads(desk.makefile("rb").readline() or b"{}"))
    except (OSError, ValueError):
        return {}
    finally:
        _led.on = before


def _literal(host: Any) -> Optional[Any]:  # noqa: UP045
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


class _Held(_real_socket):
    """A socket whose connections are asked for first."""

    def listen(self, *backlog: int) -> None:
        super().listen(*backlog)
        if self.family in (socket.AF_INET, socket.AF_INET6):
            _listening.add(self.getsockname()[1])

    def connect(self, address: Any) -> None:
        number = self._lead(address, super().connect_ex)
        if number == errno.EINPROGRESS and self.gettimeout():
            raise TimeoutError("timed out")
        if number:
            raise OSError(number, os.strerror(number))

    def connect_ex(self, address: Any) -> int:
        return self._lead(address, super().connect_ex)

    def _lead(self, address: Any, go: Any) -> int:
        if self.family not in (socket.AF_INET, socket.AF_INET6):
            return errno.ENOENT if not _own_path(address) else self._by_itself(go, address)
        host, port = address[0], address[1]
        if self.type & 0xF == socket.SOCK_DGRAM:
            return 0  # nobody is there: what is sent is dropped
        if port in _listening and (number := _literal(host)) is not None and number.is_loopback:
            return self._by_itself(go, address)
        told = _ask(
            ask="way", host=host.partition("%")[0], port=port, family=6 if self.family == socket.AF_INET6 else 4
        )
        way = told.get("way", "nowhere")
        if way == "unknown":
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        if way == "refused":
            return errno.ECONNREFUSED
        if way in ("nowhere", "unreachable"):
            return errno.ENETUNREACH
        target = ("::ffff:127.0.0.1" if self.family == socket.AF_INET6 else "127.0.0.1", told["port"])
        return self._by_itself(go, target)

    def _by_itself(self, go: Any, address: Any) -> int:
        before, _led.on = getattr(_led, "on", False), True
        try:
            number = go(address)
            # connect_ex answers "would block" where a timeout ran out.
            return errno.EINPROGRESS if number == errno.EAGAIN and self.gettimeout() else number
        finally:
            _led.on = before

    def sendto(self, data: Any, *rest: Any) -> int:
        return self._drop(rest[-1], len(data))

    def sendmsg(self, buffers: Any, ancillary: Any = (), flags: int = 0, address: Any = None) -> int:
        if address is None:
            return int(super().sendmsg(buffers, ancillary, flags))
        return self._drop(address, sum(len(one) for one in buffers))

    def send(self, data: Any, *flags: int) -> int:
        if self.family in (socket.AF_INET, socket.AF_INET6) and self.type & 0xF == socket.SOCK_DGRAM:
            return len(data)
        return int(super().send(data, *flags))

    def _drop(self, address: Any, length: int) -> int:
        if self.family in (socket.AF_INET, socket.AF_INET6):
            _ask(ask="datagram", host=address[0], port=address[1])
            return length
        raise OSError(errno.ENOENT, os.strerror(errno.ENOENT))


def _own_path(address: Any) -> bool:
    tmp = os.path.realpath(os.environ.get("TMPDIR", "/nonexistent"))
    return isinstance(address, str) and os.path.realpath(address).startswith(tmp + os.sep)


def _getaddrinfo(host: Any, port: Any, *args: Any, **kwargs: Any) -> Any:
    if isinstance(host, bytes):
        host = host.decode("ascii")
    if host in (None, "", "localhost") or _literal(host) is not None:
        return _translated(["127.0.0.1" if host == "localhost" else host], port, *args, **kwargs)
    told = _ask(ask="name", name=host)
    if not told.get("networked"):
        raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")
    if not told.get("addresses"):
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
    return _translated(told["addresses"], port, *args, **kwargs)


def _translated(addresses: List[Any], port: Any, *args: Any, **kwargs: Any) -> List[Any]:  # noqa: UP006
    """What the C library makes of addresses, of those that are of the family that is asked for."""
    found: List[Any] = []  # noqa: UP006
    wrong = None
    before, _led.on = getattr(_led, "on", False), True
    try:
        for one in addresses:
            try:
                found += _real_getaddrinfo(one, port, *args, **kwargs)
            except socket.gaierror as error:
                wrong = error
    finally:
        _led.on = before
    if wrong is not None and not found:
        raise wrong
    return found


def _gethostbyname(name: str) -> str:
    return str(_getaddrinfo(name, None, socket.AF_INET, socket.SOCK_STREAM)[0][4][0])


def _audit(event: str, arguments: Tuple[Any, ...]) -> None:  # noqa: UP006
    """The net below the hooks: nothing of these happens that they did not do."""
    if event in _refused:
        if not getattr(_led, "on", False):
            _ask(ask="program", name=str(arguments[0] if arguments else event))
        raise PermissionError(errno.EPERM, "doctor holds this run by hooks only: it lets no program be started")
    if event == "ctypes.dlsym" and arguments[1] in _PAST_THE_INTERPRETER:
        name = arguments[1] if isinstance(arguments[1], str) else arguments[1].decode()
        _ask(ask="program", name=f"{name} by ctypes")
        raise PermissionError(errno.EPERM, "doctor holds this run by hooks only: it lets no compiled code out")
    if event == "socket.__new__" and (arguments[2] & 0xF == socket.SOCK_RAW or arguments[1] == _PACKETS):
        raise PermissionError(errno.EPERM, os.strerror(errno.EPERM))  # as on Lambda, where nobody may
    if getattr(_led, "on", False):
        return
    if event in ("socket.connect", "socket.sendto", "socket.sendmsg") and arguments[1] is not None:
        raise OSError(errno.ENETUNREACH, os.strerror(errno.ENETUNREACH))
    if event in _LOOKUPS:
        raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")


def install(desk: str) -> None:
    """Put the hooks in place; before anything that keeps Python's socket class for itself is imported."""
    global _desk  # noqa: PLW0603  once, at the start
    host, _, port = desk.rpartition(":")
    _desk = host, int(port)
    socket.socket = _Held  # type: ignore[misc]
    socket.SocketType = _Held  # type: ignore[assignment]
    socket.getaddrinfo = _getaddrinfo
    socket.gethostbyname = _gethostbyname
    if os.environ.pop("_DOCTOR_ALONE", ""):
        _refused.extend(_FORKS)
        _thread.start_new_thread(_end_with_parent, (os.getppid(),))
    sys.addaudithook(_audit)


def _end_with_parent(parent: int) -> None:
    """End when the launcher is gone, on a system that does not do it."""
    while os.getppid() == parent:
        time.sleep(_WATCH)
    os._exit(1)
