// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import Axiom.State
import Axiom.State.Inspector
import Tickerboard

ApplicationWindow {
    id: window

    readonly property Board board: Board {
        window: window
    }
    readonly property alias list: instruments

    function milliseconds(time: real): string {
        return time <= 0 ? "–" : time < 10 ? qsTr("%1 ms").arg(time.toFixed(2)) : qsTr("%1 ms").arg(Math.round(time));
    }

    width: 1120
    height: 720
    minimumWidth: 1020
    minimumHeight: 660
    visible: true
    title: qsTr("Tickerboard")
    color: Theme.background

    header: Rectangle {
        implicitHeight: 72
        color: Theme.surface

        RowLayout {
            anchors.fill: parent
            anchors.leftMargin: 2 * Theme.unit
            anchors.rightMargin: 2 * Theme.unit
            spacing: 2 * Theme.unit

            WaySwitch {
                board: window.board
            }

            Item {
                Layout.fillWidth: true
            }

            ActionButton {
                text: window.board.sorted ? qsTr("Sorted by change ✓") : qsTr("Sort by change")
                onClicked: window.board.sorted = !window.board.sorted
                Accessible.checkable: true
                Accessible.checked: window.board.sorted
            }

            Text {
                text: qsTr("%L1 ticks a second").arg(window.board.rate)
                font.pixelSize: Theme.body
                color: Theme.text
            }

            RateSlider {
                Layout.fillWidth: true
                Layout.minimumWidth: 96
                Layout.maximumWidth: implicitWidth
                board: window.board
            }

            ActionButton {
                text: window.board.running ? qsTr("Pause") : qsTr("Run")
                onClicked: window.board.running = !window.board.running
            }
        }

        Rectangle {
            anchors.bottom: parent.bottom
            width: parent.width
            height: 1
            color: Theme.border
        }

        // Moves in every frame: when it stumbles, so does the window.
        Rectangle {
            anchors.bottom: parent.bottom
            width: 96
            height: 3
            radius: 1
            color: Theme.accent

            NumberAnimation on x  {
                from: -96
                to: window.width
                duration: 3000
                loops: Animation.Infinite
            }
        }
    }

    RowLayout {
        anchors.fill: parent
        spacing: 0

        InstrumentList {
            id: instruments

            Layout.fillWidth: true
            Layout.fillHeight: true
            board: window.board

            delegate: InstrumentRow {
            }
        }

        Rectangle {
            Layout.fillHeight: true
            Layout.preferredWidth: 1
            color: Theme.border
        }

        Rectangle {
            Layout.fillHeight: true
            Layout.preferredWidth: 360
            color: Theme.surface

            ColumnLayout {
                anchors.fill: parent
                anchors.margins: 3 * Theme.unit
                spacing: 3 * Theme.unit

                Text {
                    Layout.fillWidth: true
                    text: qsTr("Time between frames")
                    font.pixelSize: Theme.body
                    font.weight: Font.DemiBold
                    color: Theme.text
                }

                FrameGraph {
                    Layout.fillWidth: true
                    Layout.fillHeight: true
                    Layout.minimumHeight: 40
                    Layout.maximumHeight: implicitHeight
                    times: window.board.frameTimes
                }

                Text {
                    Layout.topMargin: -2 * Theme.unit
                    text: qsTr("The line stands for 16.7 ms, a sixtieth of a second.")
                    font.pixelSize: Theme.small
                    color: Theme.secondary
                }

                GridLayout {
                    Layout.fillWidth: true
                    columns: 2
                    rowSpacing: 2 * Theme.unit
                    columnSpacing: 2 * Theme.unit

                    Figure {
                        Layout.fillWidth: true
                        label: qsTr("longest frame")
                        value: window.milliseconds(window.board.longestFrame)
                        alarming: window.board.longestFrame > 50
                    }

                    Figure {
                        Layout.fillWidth: true
                        label: qsTr("frames a second")
                        value: window.board.frameRate.toString()
                    }

                    Figure {
                        Layout.fillWidth: true
                        label: qsTr("updates applied a second")
                        value: qsTr("%L1").arg(window.board.appliedRate)
                    }

                    Figure {
                        Layout.fillWidth: true
                        label: qsTr("signals a second")
                        value: qsTr("%L1").arg(window.board.signalRate)
                    }

                    Figure {
                        Layout.fillWidth: true
                        label: qsTr("waiting")
                        value: qsTr("%L1").arg(window.board.backlog)
                        alarming: window.board.backlog > 100000
                    }

                    Figure {
                        Layout.fillWidth: true
                        label: qsTr("deadlines missed")
                        value: window.board.misses.toString()
                        alarming: window.board.misses > 0
                    }

                    Figure {
                        Layout.fillWidth: true
                        label: qsTr("orders, median")
                        value: window.milliseconds(window.board.urgentMedian)
                        alarming: window.board.urgentMedian > 50
                    }

                    Figure {
                        Layout.fillWidth: true
                        label: qsTr("orders, slowest")
                        value: window.milliseconds(window.board.urgentWorst)
                        alarming: window.board.urgentWorst > 50
                    }

                    Figure {
                        Layout.fillWidth: true
                        label: qsTr("low priority, median")
                        value: window.milliseconds(window.board.lowMedian)
                    }

                    Figure {
                        Layout.fillWidth: true
                        label: qsTr("your last order")
                        value: window.milliseconds(window.board.lastTrade)
                        alarming: window.board.lastTrade > 50
                    }
                }

                Item {
                    Layout.fillHeight: true
                }

                ActionButton {
                    Layout.fillWidth: true
                    text: qsTr("Queue 100,000 low-priority updates")
                    onClicked: window.board.flood()
                }

                ActionButton {
                    Layout.fillWidth: true
                    prominent: true
                    text: qsTr("Order now: critical")
                    onClicked: window.board.trade(0)
                }
            }
        }
    }

    StateInspector {
    }
}
