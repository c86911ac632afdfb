"""Numbers of the host services behind ``host_call``, and of the query that replaces one on RISC-V.

Source:  this project.
Errors:  none.
"""

SERVICE_ORACLE = 1
"""Request: query id, parameter words. Reply: answer words, without the length word."""

SERVICE_RESULT = 2
"""Request: records (results.py), one behind the other. Reply: none."""

SERVICE_TRACE = 3
"""Request: event id, words of the event (trace_events.py). No reply words; the returned number says
what the host wants besides. Only in builds that trace."""

RESULT_QUERY_ID = 0x40058F00
"""Query by which a forward kernel on RISC-V hands over records: they are the parameters, the answer
is empty. No proving image contains it."""
