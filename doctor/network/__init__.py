"""Can this packet get there and back, and which hop stops it? Pure: computes on a snapshot, looks nothing up."""
