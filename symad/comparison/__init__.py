"""Every way to a derivative on one yardstick."""
