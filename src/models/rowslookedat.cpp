// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#include "rowslookedat_p.h"

#include <algorithm>

namespace Axiom {

namespace {

constexpr std::size_t maxRanges = 128;

// What several views show: the rows around the one read last, in some places.
constexpr std::ptrdiff_t latePlaces = 8;
constexpr qsizetype lateReach = 64;

// A window rarely has more rows at a time, and it reads those to come beside those that it has.
constexpr qsizetype shownReach = 48;

} // namespace

void RowsLookedAt::add(qsizetype first, qsizetype count)
{
    Range joined{first, first + count, first, ++m_turn};
    const auto begin = std::partition_point(m_ranges.begin(), m_ranges.end(),
                                            [=](const Range &r) { return r.end < first; });
    auto end = begin;
    for (; end != m_ranges.end() && end->first <= first + count; ++end) {
        joined.first = std::min(joined.first, end->first);
        joined.end = std::max(joined.end, end->end);
    }
    m_current = std::size_t(begin - m_ranges.begin());
    if (begin == end) {
        m_ranges.insert(begin, joined);
        if (m_ranges.size() > maxRanges)
            joinNearest();
    } else {
        *begin = joined;
        m_ranges.erase(begin + 1, end);
    }
}

void RowsLookedAt::joinNearest()
{
    std::size_t nearest = 1;
    for (std::size_t i = 2; i < m_ranges.size(); ++i) {
        if (m_ranges[i].first - m_ranges[i - 1].end
            < m_ranges[nearest].first - m_ranges[nearest - 1].end)
            nearest = i;
    }
    Range &joined = m_ranges[nearest - 1];
    const Range &next = m_ranges[nearest];
    joined.end = next.end;
    if (next.turn > joined.turn) {
        joined.last = next.last;
        joined.turn = next.turn;
    }
    m_ranges.erase(m_ranges.begin() + std::ptrdiff_t(nearest));
    m_current = m_ranges.size();
}

void RowsLookedAt::inserted(qsizetype first, qsizetype count)
{
    for (Range &range : m_ranges) {
        if (range.end <= first)
            continue;
        if (range.first >= first)
            range.first += count;
        if (range.last >= first)
            range.last += count;
        range.end += count;
    }
}

void RowsLookedAt::removed(qsizetype first, qsizetype count)
{
    const auto newRow = [=](qsizetype row) {
        return row < first ? row : std::max(first, row - count);
    };
    for (Range &range : m_ranges) {
        range.first = newRow(range.first);
        range.end = newRow(range.end);
        range.last = std::min(newRow(range.last), range.end - 1);
    }
    std::erase_if(m_ranges, [](const Range &range) { return range.first == range.end; });
    m_current = m_ranges.size();
}

void RowsLookedAt::moved(qsizetype first, qsizetype count, qsizetype to)
{
    const bool any = std::any_of(m_ranges.begin(), m_ranges.end(), [=](const Range &range) {
        return range.first < first + count && range.end > first;
    });
    removed(first, count);
    inserted(to, count);
    if (any)
        add(to, count);
}

std::vector<detail::RowRange> RowsLookedAt::ever() const
{
    std::vector<RowRange> rows;
    for (const Range &range : m_ranges)
        rows.push_back({range.first, range.end - range.first});
    return rows;
}

std::vector<detail::RowRange> RowsLookedAt::lately() const
{
    std::vector<Range> latest = m_ranges;
    if (std::ssize(latest) > latePlaces) {
        std::nth_element(latest.begin(), latest.begin() + latePlaces, latest.end(),
                         [](const Range &a, const Range &b) { return a.turn > b.turn; });
        latest.resize(latePlaces);
        std::sort(latest.begin(), latest.end(),
                  [](const Range &a, const Range &b) { return a.first < b.first; });
    }
    std::vector<RowRange> rows;
    for (const Range &range : latest) {
        const qsizetype first = std::max(range.first, range.last - lateReach);
        const qsizetype end = std::min(range.end, range.last + lateReach + 1);
        rows.push_back({first, end - first});
    }
    return rows;
}

detail::RowRange RowsLookedAt::shown() const
{
    const auto latest =
        std::max_element(m_ranges.begin(), m_ranges.end(),
                         [](const Range &a, const Range &b) { return a.turn < b.turn; });
    if (latest == m_ranges.end())
        return {0, 0};
    const qsizetype first = std::max(latest->first, latest->last - shownReach);
    const qsizetype end = std::min(latest->end, latest->last + shownReach + 1);
    return {first, end - first};
}

} // namespace Axiom
