# SPDX-FileCopyrightText: 2026 The AxiomState authors
# SPDX-License-Identifier: MIT

"""Run by GDB with the program stopped: asks Qt Creator's dumper, as Qt Creator does, and compares
what it answers, written as GDB would print it, with what the program expects."""

import inspect
import os
import re
import sys

import gdb

sys.path.insert(0, os.environ['AXIOM_CREATOR'])
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

# Qt Creator 9 registers no dumper at all with the Python of Debian 12, which has it no more.
if not hasattr(inspect, 'getargspec'):
    inspect.getargspec = inspect.getfullargspec

import gdbbridge

import expected

INCOMPLETE = ('<incomplete>', '<load more>')  # the names of what stands for more children

dumper = gdbbridge.theDumper
TOKEN = re.compile(r'(\w+)=|"((?:[^"\\]|\\.)*)"|([][{},])')


def parsed(answer):
    """Reads name="value",children=[{...},...] into dictionaries, lists and strings."""
    tokens = [match.groups() for match in TOKEN.finditer('{%s}' % answer)]
    tokens.reverse()

    def value():
        name, string, mark = tokens.pop()
        if mark is None:
            return string
        found = {} if mark == '{' else []
        while tokens[-1][2] not in (']', '}'):
            name, _, mark = tokens[-1]
            if mark == ',':
                tokens.pop()
            elif name is not None:
                tokens.pop()
                found[name] = value()
            else:
                found.append(value())
        tokens.pop()
        return found

    return value()


def fetch(expression):
    answers = []
    dumper.reportResult = lambda answer, arguments: answers.append(answer)
    dumper.fetchVariables({
        'fancy': 1, 'autoderef': 1, 'dyntype': 1, 'passexceptions': 1, 'token': 1,
        'displaystringlimit': 1000, 'allowinferiorcalls': 1,
        'watchers': [{'iname': 'watch.0', 'exp': expression.encode().hex()}],
    })
    return parsed(answers[0])['data'][0]


def present(item):
    return [child for child in item.get('children', []) if child.get('name') not in INCOMPLETE]


def is_note(item):
    return item.get('value', '').startswith('<')


def named(item):
    return '%s = %s' % (item['name'], shown(item))


def indexed(index, item):
    return named(item) if 'name' in item else '[%d] = %s' % (index, shown(item))


def entry(item):
    if is_note(item):
        return '[...] = %s' % item['value']
    key, value = item['children']
    return '[%s] = %s' % (shown(key), shown(value))


def shown(item):
    """An item as GDB prints it."""
    value = item.get('value', '')
    children = present(item)
    if item.get('valueencoded', '').startswith('utf16'):
        return '"%s"' % bytes.fromhex(value).decode('utf-16-le')
    name = item['type'].split('<')[0]
    if not name.startswith('Axiom::'):
        return '{%s}' % ', '.join(named(child) for child in children) if children else value
    if value.startswith('revision'):
        return '%s at %s = {%s}' % (name, value, named(children[0]))
    if item.get('valueencoded') != 'itemcount':
        return '%s %s' % (name, value)
    if name.endswith('Hash'):
        text = '%s of size %s' % (name, value)
        elements = [entry(child) for child in children]
    else:
        text = '%s of length %s' % (name, value)
        if any(child.get('value', '').startswith(('<frozen', '<damaged')) for child in children):
            elements = [indexed(i, child) for i, child in enumerate(children)]
        else:
            elements = [shown(child) for child in children]
    return '%s = {%s}' % (text, ', '.join(elements)) if elements else text


dumper.addDumperModule({'path': os.environ['AXIOM_DEBUGGERS'] + '/axiomcreator.py'})
dumper.loadDumpers({'token': 1})
import axiomcreator

# Everything below what is asked for, and no local variables.
dumper.isExpanded = lambda: True
dumper.listLocals = lambda partial: []
if hasattr(dumper, 'maxArrayCount'):
    dumper.maxArrayCount = lambda: axiomcreator.MAX_CHILDREN

# Of the object or of its member, by the version of Qt Creator.
ADDRESS = re.compile(r'(?<=no memory at )0x\w+')

values = expected.values()
for expression, text in values:
    item = fetch(expression)
    text = ADDRESS.sub('0x...', text)
    if len(present(item)) == axiomcreator.MAX_CHILDREN:
        shown_part = shown(item)[:-1]
        expected.check(expression, shown_part, text[:len(shown_part)])
    else:
        expected.check(expression, ADDRESS.sub('0x...', shown(item)), text)

gdb.execute('continue')
expected.check('nothing was thawed', str(gdb.parse_and_eval('$_exitcode')), '0')
print('%d values, %d failures' % (len(values), len(expected.failures)))
gdb.execute('quit %d' % (1 if expected.failures or not values else 0))
