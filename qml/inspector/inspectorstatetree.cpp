// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#include "inspectorstatetree_p.h"

#include <QtCore/qlocale.h>

#include <algorithm>

namespace Axiom {

InspectorStateTree::InspectorStateTree(QObject *parent)
    : QAbstractItemModel(parent), m_root(std::make_unique<Node>())
{ }

InspectorStateTree::~InspectorStateTree()
{
    release();
}

void InspectorStateTree::setStore(StateStore *store)
{
    if (m_store == store)
        return;
    disconnect(m_destroyed);
    beginResetModel();
    release();
    m_store = store;
    m_core = store ? store->core() : nullptr;
    if (m_store)
        m_destroyed = connect(m_store, &QObject::destroyed, this, [this] { setStore(nullptr); });
    if (m_core) {
        m_version = m_core->current(); // no snapshot, which is use of the state
        m_core->keep(&m_version);
        m_shown = m_version.get();
    }
    m_root = std::make_unique<Node>();
    m_root->count = countOf(m_root.get());
    endResetModel();
    Q_EMIT storeChanged();
}

void InspectorStateTree::release()
{
    if (m_core)
        m_core->forget(&m_version);
    m_core.reset();
    m_version.reset();
    m_shown = nullptr;
    forgetEntry();
}

void InspectorStateTree::refresh()
{
    if (!m_core)
        return;
    m_version = m_core->current();
    // What is kept may have been frozen meanwhile.
    if (m_version.get() == std::exchange(m_shown, m_version.get()))
        return;
    forgetEntry();
    update(m_root.get(), countOf(m_root.get()));
}

void InspectorStateTree::thaw(const QModelIndex &index)
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return;
    const auto *parent = static_cast<Node *>(index.internalPointer());
    if (parent->isSplit())
        return;
    std::vector<int> path = pathOf(parent);
    path.push_back(parent->first + index.row());
    detail::StateTreeEntry entry;
    describe(std::move(path), entry, true);
    forgetEntry();
    // Others of the same part are thawed with it.
    update(m_root.get(), countOf(m_root.get()));
}

// The count of a node has changed, or what its children show.
void InspectorStateTree::update(Node *node, int count)
{
    const QModelIndex index = indexOf(node);
    Node now;
    now.isRange = node->isRange;
    now.count = count;
    int kept = std::min(node->rows(), now.rows());
    if (node->isSplit() != now.isSplit())
        kept = 0;
    if (const int rows = node->rows(); rows > kept) {
        beginRemoveRows(index, kept, rows - 1);
        std::erase_if(node->children, [kept](const auto &child) { return child.first >= kept; });
        node->count = kept == now.rows() ? count : 0;
        forgetEntry();
        endRemoveRows();
    }
    if (now.rows() > kept) {
        beginInsertRows(index, kept, now.rows() - 1);
        node->count = count;
        forgetEntry();
        endInsertRows();
    }
    node->count = count;
    forgetEntry();
    if (kept > 0)
        Q_EMIT dataChanged(this->index(0, 0, index), this->index(kept - 1, 0, index));
    updateChildren(node);
}

void InspectorStateTree::updateChildren(Node *node)
{
    for (const auto &[row, child] : node->children)
        update(child.get(), countOf(child.get()));
}

InspectorStateTree::Node *InspectorStateTree::nodeOf(const QModelIndex &index) const
{
    if (!index.isValid())
        return m_root.get();
    auto *parent = static_cast<Node *>(index.internalPointer());
    std::unique_ptr<Node> &node = parent->children[index.row()];
    if (!node) {
        node = std::make_unique<Node>();
        node->parent = parent;
        node->row = index.row();
        node->isRange = parent->isSplit();
        if (node->isRange)
            node->first = index.row() * RangeSize;
        node->count = countOf(node.get());
    }
    return node.get();
}

QModelIndex InspectorStateTree::indexOf(Node *node) const
{
    return node->parent ? createIndex(node->row, 0, node->parent) : QModelIndex();
}

// Of a range it is that of the collection.
std::vector<int> InspectorStateTree::pathOf(const Node *node) const
{
    std::vector<int> path;
    for (; node->parent; node = node->parent) {
        if (!node->isRange)
            path.insert(path.begin(), node->parent->first + node->row);
    }
    return path;
}

int InspectorStateTree::countOf(const Node *node) const
{
    if (node->isRange)
        return std::clamp(node->parent->count - node->first, 0, RangeSize);
    detail::StateTreeEntry entry;
    return describe(pathOf(node), entry) ? entry.children : 0;
}

bool InspectorStateTree::describe(std::vector<int> path, detail::StateTreeEntry &entry,
                                  bool thaw) const
{
    const detail::StateTree *tree = m_core ? m_core->tree() : nullptr;
    return tree && m_version && tree->describe(*m_version, path, entry, thaw);
}

const detail::StateTreeEntry &InspectorStateTree::entryOf(const QModelIndex &index) const
{
    const auto *parent = static_cast<const Node *>(index.internalPointer());
    if (parent == m_cachedParent && index.row() == m_cachedRow)
        return m_cachedEntry;
    m_cachedParent = parent;
    m_cachedRow = index.row();
    m_cachedEntry = {};
    if (parent->isSplit()) {
        const int first = index.row() * RangeSize;
        const int last = first + RangeSize - 1;
        const QLocale locale(QLocale::English);
        m_cachedEntry.name =
            QStringLiteral("[%1 – %2]").arg(locale.toString(first), locale.toString(last));
        m_cachedEntry.children = std::clamp(parent->count - first, 0, RangeSize);
    } else {
        std::vector<int> path = pathOf(parent);
        path.push_back(parent->first + index.row());
        describe(std::move(path), m_cachedEntry);
    }
    return m_cachedEntry;
}

QModelIndex InspectorStateTree::index(int row, int column, const QModelIndex &parent) const
{
    if (column != 0 || row < 0 || parent.column() > 0)
        return {};
    Node *node = nodeOf(parent);
    return row < node->rows() ? createIndex(row, 0, node) : QModelIndex();
}

QModelIndex InspectorStateTree::parent(const QModelIndex &index) const
{
    return index.isValid() ? indexOf(static_cast<Node *>(index.internalPointer())) : QModelIndex();
}

int InspectorStateTree::rowCount(const QModelIndex &parent) const
{
    if (!parent.isValid())
        return m_root->rows();
    const auto *above = static_cast<const Node *>(parent.internalPointer());
    // Of what others know of, they are told before it changes.
    if (const auto known = above->children.find(parent.row()); known != above->children.end())
        return known->second->rows();
    return rowsOf(entryOf(parent).children, above->isSplit());
}

int InspectorStateTree::columnCount(const QModelIndex &) const
{
    return 1;
}

bool InspectorStateTree::hasChildren(const QModelIndex &parent) const
{
    return rowCount(parent) > 0;
}

QVariant InspectorStateTree::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const detail::StateTreeEntry &entry = entryOf(index);
    switch (role) {
    case Qt::DisplayRole:
    case NameRole:
        return entry.name;
    case TypeRole:
        return entry.type;
    case ValueRole:
        return entry.text;
    case BytesRole:
        return qreal(entry.bytes);
    case ResidencyRole:
        return int(entry.residency);
    case CanThawRole:
        return entry.canThaw;
    default:
        return {};
    }
}

QHash<int, QByteArray> InspectorStateTree::roleNames() const
{
    return {
        {NameRole, "name"},   {TypeRole, "type"},           {ValueRole, "value"},
        {BytesRole, "bytes"}, {ResidencyRole, "residency"}, {CanThawRole, "canThaw"},
    };
}

} // namespace Axiom
