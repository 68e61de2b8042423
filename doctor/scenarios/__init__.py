"""Which event a local run gets: given, recorded, found where failed events end, logged, kept for tests, or made for a trigger.

::

    choose.py    every place in order, and which event is taken
    letters.py   dead-letter queues and failure destinations: where they are, and what their messages hold
"""
