"""The command line: one file per command. Stdout is data, stderr is talk."""
