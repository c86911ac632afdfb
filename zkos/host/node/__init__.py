"""The node: a chain of its own that developers talk to by JSON-RPC.

rpc_errors < json_rpc; transactions, sealed_block < store < chain; pool; node < documents < methods
< server.
"""
