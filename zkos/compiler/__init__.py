"""The compiler of typed Python: source to typed tree, checks, LLVM IR, machine code.

``pipeline.py`` is the list of steps from functions to LLVM IR; ``build.py`` goes on to programs.
"""
