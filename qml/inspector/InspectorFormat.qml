// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT
pragma Singleton
import QtQuick
import Axiom.State

// Figures with their units, and the names of what has names in C++.
QtObject {
    readonly property var locale: Qt.locale("en_US")

    function count(number: real): string {
        return Number(Math.round(number)).toLocaleString(locale, "f", 0);
    }

    function updates(number: int): string {
        return number === 1 ? qsTr("1 update") : qsTr("%1 updates").arg(count(number));
    }

    function rate(perSecond: real): string {
        return perSecond > 0 && perSecond < 10 ? qsTr("%1/s").arg(perSecond.toFixed(1)) : qsTr("%1/s").arg(count(perSecond));
    }

    function milliseconds(time: real): string {
        if (time <= 0)
            return "–";
        if (time >= 1000)
            return qsTr("%1 s").arg((time / 1000).toFixed(1));
        return qsTr("%1 ms").arg(time < 10 ? time.toFixed(2) : time < 100 ? time.toFixed(1) : time.toFixed(0));
    }

    function seconds(time: real): string {
        if (time >= 3600)
            return qsTr("%1 h").arg((time / 3600).toFixed(1));
        if (time >= 60)
            return qsTr("%1 min").arg((time / 60).toFixed(1));
        return qsTr("%1 s").arg(time.toFixed(time < 10 ? 1 : 0));
    }

    function bytes(size: real): string {
        if (size >= 1024 * 1024 * 1024)
            return qsTr("%1 GiB").arg((size / 1073741824).toFixed(2));
        if (size >= 1024 * 1024)
            return qsTr("%1 MiB").arg((size / 1048576).toFixed(1));
        if (size >= 1024)
            return qsTr("%1 KiB").arg((size / 1024).toFixed(1));
        return qsTr("%1 B").arg(Math.round(size));
    }

    function percent(share: real): string {
        return qsTr("%1 %").arg((share * 100).toFixed(share < 0.1 && share > 0 ? 1 : 0));
    }

    function residency(value: int): string {
        return value === Axiom.Frozen ? qsTr("frozen") : value === Axiom.Partial ? qsTr("partly frozen") : qsTr("resident");
    }

    function strategy(value: int): string {
        return value === Axiom.EagerClone ? qsTr("eager clone") : value === Axiom.Adaptive ? qsTr("adaptive clone") : qsTr("lazy clone");
    }

    function updateMode(value: int): string {
        return value === Axiom.Batch ? qsTr("batched") : value === Axiom.Defer ? qsTr("deferred") : qsTr("immediate");
    }

    function updateModeReason(value: int): string {
        switch (value) {
        case Axiom.Rate:
            return qsTr("high rate");
        case Axiom.RecentFlush:
            return qsTr("recent flush");
        case Axiom.Cost:
            return qsTr("cost");
        case Axiom.LongFrames:
            return qsTr("long frames");
        default:
            return qsTr("quiet");
        }
    }

    function level(value: int): string {
        return value === MemoryPressureMonitor.Critical ? qsTr("critical") : value === MemoryPressureMonitor.Moderate ? qsTr("moderate") : qsTr("normal");
    }
}
