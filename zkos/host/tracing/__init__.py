"""Traces of a run: what a kernel that traces tells, as steps, call trees and state differences.

``events`` decodes what crosses the border; ``steps``, ``calls`` and ``changes`` make a trace of it.
"""
