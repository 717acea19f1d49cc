"""(being written)"""
FAULTS = ()
