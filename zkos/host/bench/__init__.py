"""What ``zkos bench`` measures: the EVM and whole blocks against other engines, and the machine.

    workloads      what one transaction does, as data
    engines        ours, revm and py-evm behind one function each
    speed          a workload on all engines by turns
    throughput     blocks of transfers, from raw bytes to results
    machine_cost   instructions of the RISC-V machine per opcode
    plot           a picture of the ratios

Docs:    docs/benchmarks.md.
"""
