// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#include "storedstate.h"

#include "compressor.h"
#include "errors.h"

#include <QtCore/qendian.h>

#include <algorithm>
#include <cstring>

namespace Axiom::detail {

using namespace Qt::StringLiterals;

namespace {

constexpr char magic[] = {'A', 'x', 'S', 't', 'a', 't', 'e', 'Z'};
constexpr quint16 currentVersion = 1;

// The magic number, the version, the level, a byte for flags to come, the size of the state when it
// is not compressed, that of what follows, and the CRC of all that.
constexpr qsizetype versionAt = 8;
constexpr qsizetype levelAt = 10;
constexpr qsizetype flagsAt = 11;
constexpr qsizetype rawSizeAt = 12;
constexpr qsizetype storedSizeAt = 20;
constexpr qsizetype checkAt = 28;
constexpr qsizetype headerSize = 32;

} // namespace

bool StoredState::store(const QByteArray &raw, CompressionLevel level, StateError *error,
                        SharedDictionary *shared)
{
    std::optional<Dictionary> dictionary =
        shared ? shared->dictionaryFor(raw) : std::optional<Dictionary>();
    const auto bytes = compress(raw, level, error, dictionary ? &*dictionary : nullptr);
    if (!bytes)
        return false;
    m_dictionary = std::move(dictionary);
    m_bytes = *bytes;
    m_rawSize = raw.size();
    m_level = level;
    return true;
}

std::optional<QByteArray> StoredState::load(StateError *error) const
{
    QByteArray raw;
    if (!decompress(m_bytes, m_rawSize, &raw, error, m_dictionary ? &*m_dictionary : nullptr))
        return std::nullopt;
    return raw;
}

bool StoredState::recompress(CompressionLevel level, StateError *error)
{
    if (isEmpty() || m_level == level)
        return true;
    const auto raw = load(error);
    if (!raw)
        return false;
    const auto bytes = compress(*raw, level, error, m_dictionary ? &*m_dictionary : nullptr);
    if (!bytes)
        return false;
    // Higher levels are not smaller always.
    if (bytes->size() < size())
        m_bytes = *bytes;
    m_level = level;
    return true;
}

QByteArray StoredState::toByteArray() const
{
    if (isEmpty())
        return {};
    if (m_dictionary) {
        StoredState alone;
        const auto raw = load(nullptr);
        return raw && alone.store(*raw, m_level, nullptr) ? alone.toByteArray() : QByteArray();
    }
    char header[headerSize] = {};
    std::memcpy(header, magic, sizeof(magic));
    qToLittleEndian(currentVersion, header + versionAt);
    header[levelAt] = char(m_level);
    qToLittleEndian(quint64(m_rawSize), header + rawSizeAt);
    qToLittleEndian(quint64(m_bytes.size()), header + storedSizeAt);
    qToLittleEndian(crc32c({header, checkAt}), header + checkAt);
    return QByteArray(header, headerSize) + m_bytes;
}

std::optional<StoredState> StoredState::fromByteArray(const QByteArray &bytes, StateError *error,
                                                      qint64 maxRawSize)
{
    const auto refuse = [&](StateError::Code code, const QString &what) {
        fail(error, code, u"Compressed state cannot be read: "_s + what);
        return std::nullopt;
    };
    const char *header = bytes.constData();
    if (bytes.size() < headerSize || std::memcmp(header, magic, sizeof(magic)) != 0)
        return refuse(StateError::CorruptedState, u"these bytes are none"_s);
    const auto version = qFromLittleEndian<quint16>(header + versionAt);
    if (version != currentVersion) {
        return refuse(
            StateError::UnsupportedVersion,
            u"its format is version %1, and %2 is known"_s.arg(version).arg(currentVersion));
    }
    if (crc32c({header, checkAt}) != qFromLittleEndian<quint32>(header + checkAt))
        return refuse(StateError::CorruptedState, u"the check sum of its header is wrong"_s);
    const auto rawSize = qFromLittleEndian<quint64>(header + rawSizeAt);
    const auto storedSize = qFromLittleEndian<quint64>(header + storedSizeAt);
    const auto level = uchar(header[levelAt]);
    if (level > uchar(CompressionLevel::Maximum) || header[flagsAt] != 0)
        return refuse(StateError::CorruptedState, u"its header makes no sense"_s);
    const auto most = std::clamp<qint64>(maxRawSize, 0, MaxRawSize);
    if (rawSize > quint64(most)) {
        return refuse(StateError::LimitExceeded,
                      u"it claims %1 bytes; at most %2 are permitted"_s.arg(rawSize).arg(most));
    }
    if (storedSize != quint64(bytes.size() - headerSize)) {
        return refuse(StateError::CorruptedState,
                      u"it has %1 bytes where %2 are expected"_s.arg(bytes.size() - headerSize)
                          .arg(storedSize));
    }
    StoredState state;
    try {
        state.m_bytes = bytes.sliced(headerSize);
    } catch (...) {
        failForMemory(error);
        return std::nullopt;
    }
    state.m_rawSize = qsizetype(rawSize);
    state.m_level = CompressionLevel(level);
    return state;
}

} // namespace Axiom::detail
