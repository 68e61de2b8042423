"""Would this request be allowed, which statement decides, and what is not known about it? Pure functions of policies and requests."""
