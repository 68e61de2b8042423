"""Local state: snapshots with their reports and row index, the journal, receipts. Knows nothing of AWS."""
