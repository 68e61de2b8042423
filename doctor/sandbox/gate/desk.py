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
                return {"address": self._loopback.address(str(asked["name"])), "networked": self._loopback.networked}
            case "way":
                return self._way(str(asked["host"]), int(asked["port"]))
            case "datagram":
                self._loopback.ignored(str(asked["host"]), int(asked["port"]))
            case "program":
                name = str(asked["name"])[:_LONGEST_NAME]
                self.refused[f"the handler was not let start {name}, which hooks do not hold"] = None
        return {}

    def _way(self, host: str, port: int) -> dict[str, Any]:
        """The hooks say themselves what the interpreter listens on; here only the Runtime API is left."""
        meant = addresses.literal(host, port)
        if meant is not None and meant.local:
            return {"way": "open", "port": port} if port == self._api[1] else {"way": "refused"}
        if meant is not None and meant.version == addresses.V6:
            return {"way": "nowhere"}
        if meant is None:
            host = self._loopback.address(host)
            if not host:
                return {"way": "unknown"}
        led = self._loopback.led(host, port)
        return {"way": led.way, "port": led.port}

    def close(self) -> None:
        """Stop."""
        super().close()
        self._listener.close()
