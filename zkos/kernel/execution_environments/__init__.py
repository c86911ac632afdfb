"""Execution environments: interpreters behind one interface, listed in ``supported.py``.

Source:  zksync-os@v0.2.5 zk_ee/src/system/execution_environment/.
Errors:  none.
"""
