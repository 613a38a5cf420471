# SPDX-FileCopyrightText: 2026 The AxiomState authors
# SPDX-License-Identifier: MIT

"""Run by GDB with the program stopped: compares what it prints with what the program expects."""

import os
import re
import sys

import gdb

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import expected

# A static library has no script that is loaded with it.
if 'axiomgdb' not in sys.modules:
    sys.path.insert(0, os.environ['AXIOM_DEBUGGERS'])
    import axiomgdb
    axiomgdb.register()
import axiomgdb

# Qt's own types have no printers here: a string is shown as the struct that it is.
STRING = re.compile(r'\{d = \{d = 0x[0-9a-f]+(?: <[^>]*>)?, ptr = 0x[0-9a-f]+ u"([^"]*)", '
                    r'size = \d+\}\}')


def shown(expression):
    return STRING.sub(r'"\1"', gdb.execute('output ' + expression, to_string=True))


gdb.execute('set print static-members off')
gdb.execute('set print elements 0')
gdb.execute('set print repeats 0')
values = expected.values()
for expression, text in values:
    expected.check(expression, shown(expression), text)

# No more is read than what is shown.
reads = 0
read = axiomgdb.Debugger.read


def counting_read(*arguments):
    global reads
    reads += 1
    return read(*arguments)


axiomgdb.Debugger.read = counting_read
gdb.execute('set print elements 5')
expected.check('five elements', shown('ints[4]'),
               'Axiom::CowVector of length 5000 = {0, 1, 2, 3, 4...}')
expected.check('five elements take few reads', str(0 < reads < 20), 'True')

gdb.execute('continue')
expected.check('nothing was thawed', str(gdb.parse_and_eval('$_exitcode')), '0')
print('%d values, %d failures' % (len(values), len(expected.failures)))
gdb.execute('quit %d' % (1 if expected.failures or not values else 0))
