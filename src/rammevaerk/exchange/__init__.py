"""The files people use, read and written: no framework, no network, no clock."""
