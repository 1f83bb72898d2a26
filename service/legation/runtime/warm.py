"""Imported by the fork server when it starts, and by nothing else: all worker processes begin as copies of it."""

from legation.runtime.isolate import prepare_fork_server

prepare_fork_server()
