// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#include "detail/statetree.h"

#include <QtCore/qlocale.h>
#include <QtCore/qregularexpression.h>

namespace Axiom::detail {

namespace {

constexpr qsizetype maxText = 120;

} // namespace

StateTree::~StateTree() = default;

QString StateTree::nameOf(const char *signature)
{
    static const QRegularExpression noise(
        QStringLiteral("\\b(struct|class|enum) |Axiom::|\\(anonymous namespace\\)::|"
                       "\\{anonymous\\}::|(?<=>)\\s+(?=>)"));
    return QString::fromUtf8(typeName(signature)).remove(noise);
}

QString StateTree::shortened(QString text)
{
    if (text.size() > maxText) {
        text.truncate(maxText - 1);
        text += QChar(0x2026);
    }
    for (QChar &character : text) {
        if (character.category() == QChar::Other_Control)
            character = QLatin1Char(' ');
    }
    return text;
}

QString StateTree::quoted(const QString &text)
{
    return QLatin1Char('"') + shortened(text.first(qMin(text.size(), maxText + 1)))
        + QLatin1Char('"');
}

QString StateTree::quoted(const QByteArray &bytes)
{
    return counted(bytes.size(), "byte") + QStringLiteral(": ")
        + QString::fromLatin1(bytes.first(qMin(bytes.size(), qsizetype(16))).toHex(' '));
}

QString StateTree::counted(qsizetype count, const char *noun)
{
    QString text = QLocale(QLocale::English).toString(qlonglong(count)) + QLatin1Char(' ')
        + QString::fromLatin1(noun);
    if (count != 1 && text.endsWith(QLatin1Char('y')))
        text.replace(text.size() - 1, 1, QStringLiteral("ies"));
    else if (count != 1)
        text += QLatin1Char('s');
    return text;
}

bool StateTree::isFrozen(const CowNode *node, qsizetype index)
{
    while (node->level > 0) {
        if (node->isFrozen()) {
            node = asFrozen(node)->subtree();
            if (!node)
                return true;
        } else {
            const int child = asInner(node)->locate(index);
            node = asInner(node)->children[child];
        }
    }
    return false;
}

} // namespace Axiom::detail
