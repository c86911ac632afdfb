"""Answers to the kernel's oracle queries, and the word stream that they become.

``answers``  what each query is answered with, from a batch and a state
``border``   both host services (oracle and result keeper) behind one call, for python and x86_64
"""
