"""A failing invocation on this machine: run, compared, shrunk, packed.

::

    event.py       which event a run gets
    run.py         one run, or one for each subnet that differs, compared with the cloud
    minimize.py    the smallest event that still fails
    bundle.py      what another person needs to run it
    coldstart.py   where init time goes
    sweep.py       duration and cost at several memory sizes
"""
