// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#include "statecodec.h"

#include <QtCore/qendian.h>

#include <cstring>

namespace Axiom::detail {

using namespace Qt::StringLiterals;

namespace {

constexpr char magic[] = {'A', 'x', 'S', 't'};
constexpr quint16 currentVersion = 1;

// The magic number, the version, two bytes for flags to come, the schema.
constexpr qsizetype versionAt = 4;
constexpr qsizetype flagsAt = 6;
constexpr qsizetype schemaAt = 8;
constexpr qsizetype headerSize = 16;

} // namespace

quint64 hashOfSchema(const QByteArray &schema) noexcept
{
    // FNV-1a: the same on each machine and in each run, which qHash() is not.
    quint64 hash = 0xcbf29ce484222325;
    for (const char c : schema)
        hash = (hash ^ uchar(c)) * 0x100000001b3;
    return hash;
}

bool writeStateHeader(QByteArray *bytes, quint64 schema, StateError *error)
{
    try {
        bytes->resize(headerSize);
    } catch (...) {
        return failForMemory(error);
    }
    std::memcpy(bytes->data(), magic, sizeof(magic));
    qToLittleEndian(currentVersion, bytes->data() + versionAt);
    qToLittleEndian(quint16(0), bytes->data() + flagsAt);
    qToLittleEndian(schema, bytes->data() + schemaAt);
    return true;
}

std::optional<QByteArrayView> readStateHeader(QByteArrayView bytes, quint64 schema,
                                              const char *signature, StateError *error)
{
    const auto refuse = [&](StateError::Code code, const QString &what) {
        fail(error, code, ColumnScope{signature, nullptr}.text() + ": "_L1 + what);
        return std::nullopt;
    };
    if (bytes.size() < headerSize || std::memcmp(bytes.data(), magic, sizeof(magic)) != 0)
        return refuse(StateError::CorruptedState, u"this is no encoded state"_s);
    const auto version = qFromLittleEndian<quint16>(bytes.data() + versionAt);
    const auto flags = qFromLittleEndian<quint16>(bytes.data() + flagsAt);
    if (version != currentVersion || flags != 0) {
        return refuse(StateError::UnsupportedVersion,
                      u"the format is version %1 with flags %2; version %3 without flags is known"_s
                          .arg(version)
                          .arg(flags)
                          .arg(currentVersion));
    }
    if (qFromLittleEndian<quint64>(bytes.data() + schemaAt) != schema)
        return refuse(StateError::CorruptedState, u"this is state with other fields"_s);
    return bytes.sliced(headerSize);
}

} // namespace Axiom::detail
