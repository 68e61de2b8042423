"""What is learnt by more than one run: the smallest event, what a bundle takes along, where init time goes, what memory costs.

::

    minimize.py    the smallest event that still fails
"""
