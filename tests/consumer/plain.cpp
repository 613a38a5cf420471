// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

// Built with what pkg-config tells, without CMake and moc.

#include <AxiomState/CowVector>
#include <AxiomState/StateCodec>

struct Point
{
    int x = 0;
    int y = 0;
    AXIOM_FIELDS(Point, x, y)
};

int main()
{
    Axiom::CowVector<Point> points;
    for (int i = 0; i < 1000; ++i)
        points.append({i, -i});
    const auto snapshot = points;
    points.removeAt(0);
    return snapshot.size() == 1000 && points.size() == 999 && points[0] == Point{1, -1} ? 0 : 1;
}
