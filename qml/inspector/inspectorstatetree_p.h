// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#pragma once

#include <AxiomState/axiominspectorexport.h>

#include <AxiomState/StateStore>

#include <QtCore/qabstractitemmodel.h>
#include <QtQml/qqmlregistration.h>

#include <memory>
#include <unordered_map>
#include <vector>

namespace Axiom {

// The state of a store by the names of its fields, of the version at the last refresh(). What is
// frozen stays frozen until thaw() is called for it. Long collections are shown in ranges.
class AXIOM_INSPECTOR_EXPORT InspectorStateTree : public QAbstractItemModel
{
    Q_OBJECT
    QML_ELEMENT

public:
    enum Role {
        NameRole = Qt::UserRole + 1,
        TypeRole,
        ValueRole,
        BytesRole,
        ResidencyRole,
        CanThawRole
    };
    Q_ENUM(Role)

    // Elements shown side by side.
    static constexpr int RangeSize = 1000;

    explicit InspectorStateTree(QObject *parent = nullptr);
    ~InspectorStateTree() override;

    Q_PROPERTY(Axiom::StateStore *store READ store WRITE setStore NOTIFY storeChanged)
    StateStore *store() const { return m_store; }
    void setStore(StateStore *store);
    Q_SIGNAL void storeChanged();

    // Goes on to the store's present version.
    Q_INVOKABLE void refresh();
    Q_INVOKABLE void thaw(const QModelIndex &index);

    QModelIndex index(int row, int column, const QModelIndex &parent = {}) const override;
    QModelIndex parent(const QModelIndex &index) const override;
    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    bool hasChildren(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QHash<int, QByteArray> roleNames() const override;

private:
    static int rowsOf(int elements, bool isRange)
    {
        const bool isSplit = !isRange && elements > RangeSize;
        return isSplit ? (elements + RangeSize - 1) / RangeSize : elements;
    }

    // A place whose children were asked for. An index points to the node of its parent.
    struct Node
    {
        Node *parent = nullptr;
        int row = 0;
        bool isRange = false; // of the elements of its parent
        int first = 0;        // of its elements
        int count = 0;
        std::unordered_map<int, std::unique_ptr<Node>> children;

        bool isSplit() const { return !isRange && count > RangeSize; }
        int rows() const { return rowsOf(count, isRange); }
    };

    void release();
    void reset();
    Node *nodeOf(const QModelIndex &index) const;
    QModelIndex indexOf(Node *node) const;
    std::vector<int> pathOf(const Node *node) const;
    bool describe(std::vector<int> path, detail::StateTreeEntry &entry, bool thaw = false) const;
    const detail::StateTreeEntry &entryOf(const QModelIndex &index) const;
    int countOf(const Node *node) const;
    void update(Node *node, int count);
    void updateChildren(Node *node);
    void forgetEntry() const { m_cachedParent = nullptr; }

    StateStore *m_store = nullptr;
    QMetaObject::Connection m_destroyed;
    std::shared_ptr<detail::StateCore> m_core;
    detail::VersionRef m_version; // kept by the store, and frozen together with the state
    detail::Version *m_shown = nullptr;
    std::unique_ptr<Node> m_root;

    // A row is asked for several roles in turn.
    mutable const Node *m_cachedParent = nullptr;
    mutable int m_cachedRow = -1;
    mutable detail::StateTreeEntry m_cachedEntry;
};

} // namespace Axiom
