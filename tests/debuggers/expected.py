# SPDX-FileCopyrightText: 2026 The AxiomState authors
# SPDX-License-Identifier: MIT

"""What a debugger shows, beside what the program has written down."""

import os

failures = []


def values():
    """Pairs of an expression and how GDB should print it."""
    with open(os.environ['AXIOM_EXPECTED'], encoding='utf-8') as file:
        return [line.rstrip('\n').split('\t') for line in file]


def check(what, shown, expected):
    if shown == expected:
        return
    failures.append(what)
    start = max(0, len(os.path.commonprefix([shown, expected])) - 60)
    print('FAIL %s\n  shown    ...%s\n  expected ...%s'
          % (what, shown[start:start + 200], expected[start:start + 200]))
