"""The desk at which an owner's files are handed in and out: for programs and scripts, and for browsers without one."""
