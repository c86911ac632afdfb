"""The transition tool: a state, a block's environment and transactions in, the next state out.

It follows the convention of go-ethereum's ``evm t8n``: what drives that tool can drive this one.
"""
