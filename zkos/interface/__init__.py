"""All that crosses the kernel/host border, each thing once.

Six crossings and no seventh: oracle queries (``oracle_queries``, in), the result keeper
(``results``, out of a forward run), the public input (out of a proving run), the two delegations
(``zkos.lang``), trace events (compiled out of released kernels) and cycle markers.
"""
