"""Imported by the fork server when it starts, and by nothing else: all worker processes begin as copies of it."""

from legation.runtime.isolate import warm_from_environment

warm_from_environment()
