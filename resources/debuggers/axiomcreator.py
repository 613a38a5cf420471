# SPDX-FileCopyrightText: 2026 The AxiomState authors
# SPDX-License-Identifier: MIT

"""Qt Creator shows what is in AxiomState's collections, states and snapshots.

To be named in Preferences > Debugger > Locals & Expressions > Extra Debugging Helpers.
"""

from itertools import islice

from dumper import Children, SubItem

import axiomnodes
from axiomnodes import Unreadable

MAX_CHILDREN = 2000  # where Qt Creator does not load more of them when it is asked to


class Debugger:
    """What axiomnodes needs of Qt Creator's dumper."""

    def __init__(self, d):
        self.d = d
        self._sizes = {'void*': d.ptrSize()}

    def read(self, address, size, signed=False):
        try:
            memory = bytes(self.d.readRawMemory(address, size))
        except Exception:  # each debugger has its own
            memory = bytes()
        if len(memory) != size:
            raise Unreadable('no memory at 0x%x' % address)
        return int.from_bytes(memory, 'big' if self.d.isBigEndian else 'little', signed=signed)

    def type(self, name):
        found = self.d.lookupType(name)
        if found is None:
            raise Unreadable('no debug information of %s' % name)
        return found

    def size(self, name):
        if name not in self._sizes:
            self._sizes[name] = self.type(name).size()
        return self._sizes[name]

    def member(self, address, name, field):
        try:
            return self.d.createValue(address, self.type(name))[field].address()
        except RuntimeError:
            self.read(address, 1)  # some versions of Qt Creator read it at once
            raise Unreadable('no debug information of %s::%s' % (name, field))

    def alignment(self, name):
        return alignment(self.d, self.type(name))


def alignment(d, element):
    # The dumper's own answer leaves alignas out.
    native = d.lookupNativeType(element.name) if d.isGdb else None
    return native.alignof if native else element.alignment()


def put_note(d, name, note):
    with SubItem(d, name):
        d.putValue(note)
        d.putType(' ')
        d.putNumChild(0)


def most_children(d):
    return d.maxArrayCount() if hasattr(d, 'maxArrayCount') else MAX_CHILDREN


def put_collection(d, collection, put_element):
    if not collection.is_plausible:
        d.putValue('<corrupt>')
        d.putNumChild(0)
        return
    d.putItemCount(collection.size)
    if d.isExpanded():
        most = most_children(d)
        with Children(d, collection.size, maxNumChild=most):
            for row, part in enumerate(islice(collection.parts(), most)):
                # What has no name is numbered by its row.
                if part.address is None:
                    put_note(d, part.name, part.note)
                else:
                    put_element(row if row == part.first else part.name, part.address)


def qdump__Axiom__CowVector(d, value):
    element = value.type[0]
    vector = axiomnodes.Vector(Debugger(d), value['m_root'].pointer(), value['m_size'].integer(),
                               value.type.name, element.size(), alignment(d, element))

    def put_element(name, address):
        d.putSubItem(name, d.createValue(address, element))

    put_collection(d, vector, put_element)


def qdump__Axiom__CowHash(d, value):
    table = axiomnodes.Hash(Debugger(d), value['m_root'].pointer(), value['m_size'].integer(),
                            value.type.name)

    def put_entry(name, address):
        entry = d.createValue(address, d.lookupType(table.entry))
        d.putPairItem(name, (entry['key'], entry['value']), 'key', 'value')

    put_collection(d, table, put_entry)


def put_version(d, value, find):
    try:
        version = find(Debugger(d))
    except Unreadable as error:
        d.putValue('<%s>' % error)
        d.putNumChild(0)
        return
    if version is None:
        d.putValue('<invalid>')
        d.putNumChild(0)
        return
    d.putValue('revision %d' % version.revision)
    d.putNumChild(1)
    if d.isExpanded():
        with Children(d):
            if version.note:
                put_note(d, 'value', version.note)
            else:
                d.putSubItem('value', d.createValue(version.address, value.type[0]))


def qdump__Axiom__Snapshot(d, value):
    def find(debugger):
        address = value['m_version']['m_version'].pointer()
        return axiomnodes.Version(debugger, address, value.type.name) if address else None

    put_version(d, value, find)


def qdump__Axiom__State(d, value):
    def find(debugger):
        # The first word of a shared pointer, by whatever library.
        core = debugger.read(value['m_core'].address(), debugger.size('void*'))
        return axiomnodes.current_version(debugger, core, value.type.name)

    put_version(d, value, find)
