// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT
import QtQuick
import QtTest
import StoreTest

Item {
    id: root

    width: 200
    height: 400

    TaskStore {
        id: store
    }

    ListView {
        id: list

        property int made: 0

        anchors.fill: parent
        model: store.tasks
        delegate: Text {
            id: row

            required property int index
            required property string text
            required property bool done

            width: 200
            height: 20
            Component.onCompleted: list.made++
        }
    }

    TestCase {
        name: "ListView"
        when: windowShown

        function initTestCase() {
            store.fill(10000);
            tryCompare(list, "count", 10000);
        }

        function test_rolesReachTheDelegate() {
            const row = list.itemAtIndex(0);
            compare(row.text, "0");
            verify(store.tasks.setData(store.tasks.index(0, 0), "first", 257));
            compare(row.text, "first");
            verify(store.tasks.setData(store.tasks.index(0, 0), "0", 257));
        }

        function test_changeElsewhereMakesNoDelegate() {
            const before = list.made;
            verify(store.tasks.setData(store.tasks.index(5000, 0), true, 258));
            store.removeAt(9000);
            store.insertAt(9000, "9000");
            compare(list.made, before);
            compare(list.count, 10000);
        }

        function test_scrollPositionSurvivesAChangeAbove() {
            list.positionViewAtIndex(5000, ListView.Beginning);
            list.forceLayout();
            const text = (list.itemAt(10, list.contentY + 30)).text;
            store.insertAt(5, "new");
            list.forceLayout();
            compare((list.itemAt(10, list.contentY + 30)).text, text);
            store.removeAt(5);
            list.forceLayout();
            compare((list.itemAt(10, list.contentY + 30)).text, text);
            list.positionViewAtBeginning();
        }

        function test_scatteredChangesKeepThePlaceAndTheCurrentItem() {
            store.fill(90000);
            list.positionViewAtIndex(50000, ListView.Beginning);
            list.currentIndex = 50003;
            list.forceLayout();
            const top = list.itemAt(10, list.contentY + 30).text;
            const bottom = list.itemAt(10, list.contentY + 370).text;
            const current = list.currentItem.text;
            const index = list.currentIndex;
            store.scatter(2000, 49980, 50040);
            list.forceLayout();
            compare(list.itemAt(10, list.contentY + 30).text, top);
            compare(list.itemAt(10, list.contentY + 370).text, bottom);
            compare(list.currentItem.text, current);
            compare(list.count, store.tasks.rowCount());
            verify(list.currentIndex !== index);
            list.currentIndex = 0;
            list.positionViewAtBeginning();
        }

        function test_currentItemIsKept() {
            list.currentIndex = 100;
            const text = list.currentItem.text;
            store.insertAt(0, "new");
            list.forceLayout();
            compare(list.currentIndex, 101);
            compare(list.currentItem.text, text);
            store.removeAt(0);
            list.forceLayout();
            compare(list.currentIndex, 100);
        }
    }
}
