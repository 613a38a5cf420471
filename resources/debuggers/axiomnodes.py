# SPDX-FileCopyrightText: 2026 The AxiomState authors
# SPDX-License-Identifier: MIT

"""Where the elements of AxiomState's collections are, for any debugger.

Nothing is called in the program that is looked at, so what is frozen is told of and stays frozen.
Nothing of what is read is trusted: it may be uninitialised, or overwritten.

A debugger is an object with the methods
    read(address, size, signed=False)   an integer from memory
    member(address, type, field)        the address of a field, in a base class maybe
    size(type), alignment(type)         of a type; all types are given by name
which raise Unreadable when there is no such memory, type or field.
"""

NAMESPACE = 'Axiom::detail::'


class Unreadable(Exception):
    """Memory or debug information is missing, or what is read there cannot be."""


class Part:
    """Some elements in a row: one with its address, or several of which there is a note only."""

    def __init__(self, first, count, address=None, note=None):
        self.first = first
        self.count = count
        self.address = address
        self.note = note

    @property
    def name(self):
        if self.count == 1:
            return '[%d]' % self.first
        return '[%d..%d]' % (self.first, self.first + self.count - 1)


def aligned(offset, alignment):
    return (offset + alignment - 1) // alignment * alignment


def bits_of(mask):
    return [bit for bit in range(mask.bit_length()) if mask >> bit & 1]


def sibling(type_name, name):
    """The name of CowLeaf<T>, for instance, given that of CowVector<T>: T is spelt alike."""
    return NAMESPACE + name + type_name[type_name.index('<'):]


class Collection:
    """What vector and hash have in common: nodes that yield runs of elements."""

    def __init__(self, debugger, root, size):
        self.debugger = debugger
        self.root = root
        self.size = size
        self._offsets = {}

    @property
    def is_plausible(self):
        return 0 <= self.size <= self.MAX_SIZE and (self.size == 0) == (self.root == 0)

    def parts(self):
        """Yields each element, in order; as far as possible when the nodes are damaged."""
        first = 0
        try:
            if not self.is_plausible:
                raise Unreadable('no %s' % type(self).__name__.lower())
            if self.size == 0:
                return
            for address, count, note in self._runs(self.root):
                if not 0 < count <= self.size - first:
                    raise Unreadable('there are more')
                if address is None:
                    yield Part(first, count, None, '<%s, %s>' % (note, self.counted(count)))
                else:
                    stride = self.stride
                    for i in range(count):
                        yield Part(first + i, 1, address + i * stride)
                first += count
            if first < self.size:
                raise Unreadable('there are no more')
        except Unreadable as error:
            left = max(1, self.size - first)
            yield Part(first, left, None, '<unreadable, %s: %s>' % (self.counted(left), error))

    def counted(self, count):
        return '%d %s' % (count, self.ELEMENT if count == 1 else self.ELEMENTS)

    def _field(self, node, name, size, signed=False, of=None):
        key = (of or self.NODE, name)
        if key not in self._offsets:
            member = self.debugger.member(node, NAMESPACE + key[0], name)
            self._offsets[key] = member - node
        return self.debugger.read(node + self._offsets[key], size, signed)

    def _pointer(self, address):
        return self.debugger.read(address, self.debugger.size('void*'))

    def _frozen(self, node, count, subtree, of):
        """A frozen node is one part, unless somebody has thawed it: then yields what is in it."""
        if self._field(node, 'm_isDamaged', 1, of=of):
            yield None, count, 'damaged'
            return
        thawed = self._field(node, subtree, self.debugger.size('void*'), of=of)
        if thawed == 0:
            yield None, count, 'frozen'
        elif self._is_frozen(thawed):
            raise self._corrupt(thawed)
        else:
            yield from self._runs(thawed)

    @staticmethod
    def _corrupt(node):
        return Unreadable('the node at 0x%x is corrupt' % node)


class Vector(Collection):
    """A CowVector: see cownode.h and cowleaf.h."""

    NODE = 'CowNode'
    ELEMENT, ELEMENTS = 'element', 'elements'
    MAX_SIZE = 2**31 - 2
    MAX_LEVEL = 12
    FANOUT = 16
    FROZEN = 0xff
    MAY_BE_FROZEN = -2  # in m_shift

    def __init__(self, debugger, root, size, type_name, element_size, element_alignment):
        Collection.__init__(self, debugger, root, size)
        self.stride = element_size
        self._alignment = element_alignment
        self._leaf = sibling(type_name, 'CowLeaf')
        self._offset = None

    def _header(self, node):
        level = self._field(node, 'level', 1)
        shape = self._field(node, 'shape', 1)
        return level, shape, self._field(node, 'count', 2)

    def _is_frozen(self, node):
        level, shape, _ = self._header(node)
        return level > 0 and shape == self.FROZEN

    def _runs(self, node, expected=None):
        level, shape, count = self._header(node)
        if level > self.MAX_LEVEL or (expected is not None and level != expected):
            raise self._corrupt(node)
        if level == 0:
            if count > shape + 1:
                raise self._corrupt(node)
            if self._offset is None:
                self._offset = aligned(self.debugger.size(self._leaf), self._alignment)
            yield node + self._offset, count, None
        elif shape == self.FROZEN:
            size = self._field(node, 'size', 4, True, of='CowFrozen')
            yield from self._frozen(node, size, 'm_subtree', 'CowFrozen')
        else:
            if not 0 < count <= self.FANOUT:
                raise self._corrupt(node)
            children = self.debugger.member(node, NAMESPACE + 'CowInner', 'children')
            for i in range(count):
                child = self._pointer(children + i * self.debugger.size('void*'))
                yield from self._runs(child, level - 1)


class Hash(Collection):
    """A CowHash, whose elements are entries: see trienode.h and cowtrie.h."""

    NODE = 'TrieNode'
    ELEMENT, ELEMENTS = 'entry', 'entries'
    MAX_SIZE = 2**32 - 1
    MAX_LEVEL = 17
    FANOUT = 16
    INNER, LEAF, COLLISIONS, FROZEN = range(4)  # TrieNode::Kind

    def __init__(self, debugger, root, size, type_name):
        Collection.__init__(self, debugger, root, size)
        self.entry = sibling(type_name, 'TrieEntry')

    @property
    def stride(self):
        return self.debugger.size(self.entry)

    def _is_frozen(self, node):
        return self._field(node, 'kind', 1) == self.FROZEN

    def _entries(self, node, before):
        """The address of the entries, which follow the header and so many bytes."""
        header = self.debugger.size(NAMESPACE + self.NODE)
        return node + aligned(header + before, self.debugger.alignment(self.entry))

    def _runs(self, node, level=0):
        kind = self._field(node, 'kind', 1)
        count = self._field(node, 'count', 4)
        entries = self._field(node, 'entryMap', 4)
        children = self._field(node, 'childMap', 2)
        if level > self.MAX_LEVEL or (entries & children and kind == self.INNER):
            raise self._corrupt(node)
        if kind == self.FROZEN:
            yield from self._frozen(node, count, 'm_subtree', 'FrozenTrieNode')
        elif kind == self.LEAF:
            if entries == 0 or count > 32 or entries >> count:
                raise self._corrupt(node)
            base = self._entries(node, count)  # behind a tag for each slot
            stride = self.stride
            for slot in bits_of(entries):
                yield base + slot * stride, 1, None
        elif kind == self.COLLISIONS:
            yield self._entries(node, 0), count, None
        elif kind == self.INNER and entries | children and entries < 1 << self.FANOUT:
            pointer = self.debugger.size('void*')
            first = node + self.debugger.size(NAMESPACE + self.NODE)
            child_count = len(bits_of(children))
            if entries:
                yield self._entries(node, child_count * pointer), len(bits_of(entries)), None
            for i in range(child_count):
                yield from self._runs(self._pointer(first + i * pointer), level + 1)
        else:
            raise self._corrupt(node)


class Version:
    """What a Snapshot refers to: see version.h. None when there is nothing to refer to."""

    def __init__(self, debugger, address, type_name):
        version = NAMESPACE + 'Version'
        frozen = version + '::Frozen'
        self.revision = debugger.read(debugger.member(address, version, 'revision'), 8, True)
        self.address = debugger.member(address, sibling(type_name, 'TypedVersion'), 'm_value')
        self.note = None
        pointer = debugger.size('void*')
        whole = debugger.read(debugger.member(address, version, 'm_frozen'), pointer)
        if whole and debugger.read(debugger.member(whole, frozen, 'isDamaged'), 1):
            self.note = '<damaged>'
        elif whole and not debugger.read(debugger.member(whole, frozen, 'isThawed'), 1):
            self.note = '<frozen>'


def current_version(debugger, core, type_name):
    """The version that a State with this StateCore has now, and shows: see statecore.h."""
    pointer = debugger.size('void*')
    name = NAMESPACE + 'StateCore'
    version = Version(debugger, debugger.read(debugger.member(core, name, 'm_current'), pointer),
                      type_name)
    # Within a transaction this is the working copy.
    readable = debugger.read(debugger.member(core, name, 'm_readable'), pointer)
    if readable and not version.note:
        version.address = readable
    return version
