# SPDX-FileCopyrightText: 2026 The AxiomState authors
# SPDX-License-Identifier: MIT

"""GDB prints what is in AxiomState's collections, states and snapshots.

Loaded with the library where GDB's auto-load allows it; otherwise: (gdb) source axiomgdb.py
"""

import os
import sys

import gdb
import gdb.printing

if os.path.dirname(os.path.abspath(__file__)) not in sys.path:
    sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import axiomnodes
from axiomnodes import Unreadable


class Debugger:
    """What axiomnodes needs of GDB. One for each value that is printed: types may change."""

    def __init__(self):
        self._types = {'void*': gdb.lookup_type('void').pointer()}
        self._order = 'big' if 'big endian' in gdb.execute('show endian', to_string=True) \
            else 'little'

    def read(self, address, size, signed=False):
        try:
            memory = gdb.selected_inferior().read_memory(address, size)
        except (gdb.error, OverflowError, ValueError):
            raise Unreadable('no memory at 0x%x' % address)
        return int.from_bytes(bytes(memory), self._order, signed=signed)

    def type(self, name):
        if name not in self._types:
            try:
                self._types[name] = gdb.lookup_type(name)
            except gdb.error:
                raise Unreadable('no debug information of %s' % name)
        return self._types[name]

    def size(self, name):
        return self.type(name).sizeof

    def value(self, address, name):
        return gdb.Value(address).cast(self.type(name).pointer()).dereference()

    def member(self, address, name, field):
        try:
            return int(self.value(address, name)[field].address)
        except (gdb.error, OverflowError):
            raise Unreadable('no debug information of %s::%s' % (name, field))

    def alignment(self, name):
        return self.type(name).alignof


def type_name(value):
    return value.type.strip_typedefs().unqualified().name


class CollectionPrinter:
    def to_string(self):
        name = type_name(self.value).split('<')[0]
        if not self.collection.is_plausible:
            return '%s <corrupt>' % name
        return '%s of %s %d' % (name, self.SIZE, self.collection.size)

    # GDB asks for no more children than it shows: see `set print elements`.
    def children(self):
        if self.collection.is_plausible:
            for part in self.collection.parts():
                yield from self.shown(part)


class VectorPrinter(CollectionPrinter):
    SIZE = 'length'

    def __init__(self, value):
        self.value = value
        self.element = value.type.strip_typedefs().template_argument(0)
        self.collection = axiomnodes.Vector(Debugger(), int(value['m_root']), int(value['m_size']),
                                            type_name(value), self.element.sizeof,
                                            self.element.alignof)

    def shown(self, part):
        if part.address is None:
            yield part.name, part.note
        else:
            yield part.name, gdb.Value(part.address).cast(self.element.pointer()).dereference()

    def display_hint(self):
        # With frozen parts indexes are not clear without the names.
        is_resident = int(self.value['m_shift']) != axiomnodes.Vector.MAY_BE_FROZEN
        return 'array' if is_resident else None


class HashPrinter(CollectionPrinter):
    SIZE = 'size'

    def __init__(self, value):
        self.value = value
        self.collection = axiomnodes.Hash(Debugger(), int(value['m_root']), int(value['m_size']),
                                          type_name(value))

    def shown(self, part):
        if part.address is None:
            yield part.name, '...'
            yield part.name, part.note
        else:
            entry = self.collection.debugger.value(part.address, self.collection.entry)
            yield part.name, entry['key']
            yield part.name, entry['value']

    def display_hint(self):
        return 'map'


class VersionPrinter:
    def __init__(self, value):
        self.value = value
        self.note = None
        self.version = None
        try:
            self.version = self.find(Debugger())
        except Unreadable as error:
            self.note = '<%s>' % error

    def to_string(self):
        name = type_name(self.value).split('<')[0]
        if self.version:
            return '%s at revision %d' % (name, self.version.revision)
        return '%s %s' % (name, self.note)

    def children(self):
        if self.version and self.version.note:
            yield 'value', self.version.note
        elif self.version:
            state = self.value.type.strip_typedefs().template_argument(0)
            yield 'value', gdb.Value(self.version.address).cast(state.pointer()).dereference()


class SnapshotPrinter(VersionPrinter):
    def find(self, debugger):
        address = int(self.value['m_version']['m_version'])
        if address == 0:
            self.note = '<invalid>'
            return None
        return axiomnodes.Version(debugger, address, type_name(self.value))


class StatePrinter(VersionPrinter):
    def find(self, debugger):
        # The first word of a shared pointer, by whatever library.
        core = debugger.read(int(self.value['m_core'].address), debugger.size('void*'))
        return axiomnodes.current_version(debugger, core, type_name(self.value))


def printers():
    collection = gdb.printing.RegexpCollectionPrettyPrinter('AxiomState')
    collection.add_printer('CowVector', '^Axiom::CowVector<.*>$', VectorPrinter)
    collection.add_printer('CowHash', '^Axiom::CowHash<.*>$', HashPrinter)
    collection.add_printer('State', '^Axiom::State<.*>$', StatePrinter)
    collection.add_printer('Snapshot', '^Axiom::Snapshot<.*>$', SnapshotPrinter)
    return collection


def register(objfile=None):
    gdb.printing.register_pretty_printer(objfile, printers(), replace=True)


if __name__ == '__main__':
    register()
