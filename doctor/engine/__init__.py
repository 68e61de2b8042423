"""Pure: rules in, findings, causes and plans out."""
