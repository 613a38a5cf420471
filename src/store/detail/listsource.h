// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#ifndef AXIOM_DETAIL_LISTSOURCE_H
#define AXIOM_DETAIL_LISTSOURCE_H

#include "../../cow/detail/freezing.h"
#include "version.h"

#include <QtCore/qbytearraylist.h>
#include <QtCore/qvariant.h>

#include <functional>
#include <memory>
#include <vector>

class QAbstractItemModel;
class QObject;

namespace Axiom::detail {

struct RowRange
{
    qsizetype first;
    qsizetype count;
};

struct UpdatedRows
{
    qsizetype first;
    qsizetype count;
    FieldMask fields;
};

// Who is told of changes to rows; each change is made between its begin and its end.
class AXIOM_CORE_EXPORT RowSink
{
public:
    enum When { Ever, Lately };

    virtual ~RowSink();

    // The rows, in ascending order, of which a view may keep something that it was not told to
    // find again: other rows may be taken out and put in at will.
    virtual std::vector<RowRange> rowsLookedAt(When when) const = 0;

    virtual void beginInsert(qsizetype first, qsizetype count) = 0;
    virtual void endInsert() = 0;
    virtual void beginRemove(qsizetype first, qsizetype count) = 0;
    virtual void endRemove() = 0;
    virtual void beginMove(qsizetype first, qsizetype count, qsizetype to) = 0;
    virtual void endMove() = 0;
    virtual void beginReorder() = 0;
    virtual void endReorder(const std::function<qsizetype(qsizetype)> &newRow) = 0;
    // Takes rows in ascending order, and calls back to have all rows in front of one show what they
    // are now. Those behind must still show what they were: a proxy that sorts finds the new place
    // of a row among the others, and takes these to be in order.
    virtual void update(std::vector<UpdatedRows> rows,
                        const std::function<void(qsizetype)> &showUpTo) = 0;
};

// The rows of a list model, as a store sees them: a collection of its state, held in the version
// that the model shows. What makes an item model of it is createListModel().
class AXIOM_CORE_EXPORT ListSource
{
public:
    virtual ~ListSource();

    virtual QByteArrayList fieldNames() const = 0;
    virtual qsizetype rowCount() const = 0;
    virtual QVariant data(qsizetype row, int field) const = 0;
    virtual bool setData(qsizetype row, int field, const QVariant &value) = 0;

    // The fields of the state that the rows come from.
    virtual FieldMask stateFields() const = 0;
    // Brings the rows to the given version, telling the sink step by step.
    virtual void showVersion(const Version &version, RowSink &sink) = 0;
    // The elements that rows show.
    virtual void addElements(const RowRange &rows, std::vector<ElementsInUse> &elements) const = 0;
    // One version took the place of another one with equal rows.
    virtual void replaceVersion(const Version &before, const Version &now) = 0;
};

// The layer above has the item model; this is all that a store needs of it.
struct ListModel
{
    QAbstractItemModel *model;
    std::function<void(const VersionRef &)> show;
    std::function<void(const Version &before, const Version &now)> replace;
    std::function<quint64()> readCount;
    std::function<bool()> isObserved;
    // Adds the elements that a view shows, as far as can be told.
    std::function<void(std::vector<ElementsInUse> &)> addShown;
    // The store goes: a model in the midst of telling of rows outlives it until it has.
    std::function<void()> release;
};
AXIOM_CORE_EXPORT ListModel createListModel(std::unique_ptr<ListSource> source, QObject *parent);

} // namespace Axiom::detail

#endif // AXIOM_DETAIL_LISTSOURCE_H
