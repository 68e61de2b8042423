"""The local Lambda: runs a user's real handler under its own limits, without Docker and without root.

::

    run.py            one invocation, as a job that yields events
    prepare.py        from a function's configuration and files to what an environment is made from
    environment.py    initialise, invoke, freeze, reset
    life.py           the processes between two resets; the APIs they speak: runtime_api.py, extensions.py
    sizes.py           what Lambda refuses for its size; calibration.py: a memory limit by the function's own REPORT lines
    journal.py        the one list of events (records.py); texts.py renders it in Lambda's words
    tiers.py          three ways to isolate it, tried by opening.py; stage.py, outside.py: for those without namespaces
    advice.py         what keeps a tier from this machine; machines.py: compiled code of another one
    cell.py           the sandbox's processes as seen from outside
    launchers.py      the one process that they are forked from
    gate/             where everything that the handler sends into the network ends: names, connections, AWS calls
    launcher/         the first process inside: namespaces, files, memory, processor share, deadline
    runtimes/         what a handler finds at /var/runtime

It protects against accidents; it is not a security boundary.
"""
