"""The storage model of this kernel: the one place that says which.

A storage model is a struct with the methods of ``FlatStorageModel``; what it keeps, asks the
oracle for, publishes and commits to is its own. IO, the bootloader and execution environments know
these methods and the two records that they give, ``Account`` and ``Bytecode``.

Docs:    docs/system/io/io.md, "Storage model".
Source:  zksync-os@v0.2.5 basic_system/src/system_implementation/system/io_subsystem.rs (the trait
         StorageModel).
Errors:  none.
"""

from zkos.kernel.system.io.storage.flat_storage_model import FlatStorageModel
from zkos.kernel.system.io.storage.flat_storage_model import StorageSnapshot as FlatSnapshot

StorageModel = FlatStorageModel
StorageSnapshot = FlatSnapshot
