"""The gate: everything that a handler sends into the network ends here, and nothing goes further.

::

    gate.py           opens and closes it all
    packets.py        the far end of the sandbox's wire: which connections open, hang or are refused; names
    loopback.py       instead of a wire: doors on this machine's loopback, asked for by supervisor.py (system calls) or desk.py (hooks)
    names.py          the Domain Name System, as much of it as a resolver library speaks
    certificates.py   an authority of this run alone, which the handler is made to trust
    connections.py    TLS and HTTP/1.1 of the connections that open; http2.py, hpack.py: HTTP/2, for who speaks nothing else
    keeper.py         what is decided, by functions that are handed in, and what is recorded of it

It protects against accidents; it is not a security boundary.
"""
