"""What a handler finds at ``/var/runtime``: data to doctor, programs in the sandbox."""
