# SPDX-FileCopyrightText: 2026 The AxiomState authors
# SPDX-License-Identifier: MIT

# Installed below gdb/auto-load, where GDB looks for it when it loads the library.

import os
import sys

import gdb

directory = os.path.join(__file__.split('/gdb/auto-load/')[0], 'axiomstate', 'debuggers')
if directory not in sys.path:
    sys.path.insert(0, directory)

import axiomgdb

axiomgdb.register(gdb.current_objfile())
