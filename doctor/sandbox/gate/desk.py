"""Where hooks in an interpreter ask: which way a connection goes, and which address a name has. The weakest tier.

One question is one connection: a line of JSON in, a line of JSON out.
"""

import json
import socket
from typing import Any

from doctor.sandbox.gate import addresses
from doctor.sandbox.gate.loopback import HERE, Loopback
from doctor.sandbox.gate.service import Service

_LONGEST = 1 << 16
_PATIENCE = 5
_LONGEST_NAME = 100


class Desk(Service):
    """Answers hooks. Whoever makes one closes it.

    Args:
        loopback: Where connections lead.
        api: Where the Runtime API listens.
    """

    def __init__(self, loopback: Loopback, api: tuple[str, int]) -> None:
        super().__init__("doctor-desk")
        self._loopback = loopback
        self._api = api
        self._listener = socket.create_server((HERE, 0), backlog=256)
        self.refused: dict[str, None] = {}
        """What a handler wanted to start, and was not let: nothing would have held it."""
        self.unheld = False
        """Whether an interpreter said that it has no hooks."""
        self.on(self._listener, self._take)
        self.start()

    @property
    def port(self) -> int:
        """Where it listens on this machine."""
        return int(self._listener.getsockname()[1])

    def _take(self) -> None:
        connection, _ = self._listener.accept()
        with connection:
            connection.settimeout(_PATIENCE)
            try:
                data = connection.makefile("rb").readline(_LONGEST)
                answer = self._answer(json.loads(data))
                connection.sendall(json.dumps(answer).encode() + b"\n")
            except (OSError, ValueError, LookupError):
                return  # it hung up, or it is none of our hooks: it hears nothing, and goes nowhere

    def _answer(self, asked: dict[str, Any]) -> dict[str, Any]:
        match asked["ask"]:
            case "name":
                return {"addresses": self._ordered(str(asked["name"])), "networked": self._loopback.networked}
            case "way":
                return self._way(str(asked["host"]), int(asked["port"]), int(asked.get("family") or 0))
            case "datagram":
                self._loopback.ignored(str(asked["host"]), int(asked["port"]))
            case "unheld":
                self.unheld = True
            case "program":
                name = str(asked["name"])[:_LONGEST_NAME]
                self.refused[f"the handler was not let start {name}, which hooks do not hold"] = None
        return {}

    def _ordered(self, name: str) -> list[str]:
        """The addresses of a name as a resolver library orders them: IPv6 first where the function has it."""
        found = self._loopback.addresses(name)
        return [found[version] for version in sorted(found, reverse=self._loopback.ipv6)]

    def _way(self, host: str, port: int, family: int) -> dict[str, Any]:
        """The hooks say themselves what the interpreter listens on; here only the Runtime API is left.

        A name is tried at one address after the other, those of the family that is asked for (4 or 6; 0: of any), until
        one opens; the last one's end is told where none does.
        """
        meant = addresses.literal(host, port)
        if meant is not None and meant.local:
            return {"way": "open", "port": port} if port == self._api[1] else {"way": "refused"}
        known = [meant.host] if meant is not None else self._ordered(host)
        told: dict[str, Any] = {"way": "unknown"}
        for one in known:
            if meant is None and family not in (0, 6 if ":" in one else 4):
                continue
            led = self._loopback.led(one, port)
            told = {"way": led.way, "port": led.port}
            if led.way == "open":
                break
        return told

    def close(self) -> None:
        """Stop."""
        super().close()
        self._listener.close()
