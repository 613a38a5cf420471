// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT
import QtQuick
import QtTest
import Axiom.State
import Axiom.State.Inspector
import StoreTest

Item {
    id: root

    width: 640
    height: 480

    TaskStore {
        id: store

        name: "tasks"
    }

    FocusScope {
        id: content

        anchors.fill: parent
        focus: true
    }

    FocusScope {
        id: other
    }

    MouseArea {
        id: behind

        property int clicks: 0

        anchors.fill: parent
        onClicked: ++clicks

        TapHandler {
            id: tapBehind

            property int taps: 0

            onTapped: ++taps
        }

        DragHandler {
            id: dragBehind

            property int drags: 0

            target: null
            onActiveChanged: if (active)
                ++drags
        }
    }

    StateInspector {
        id: inspector

        interval: 50
    }

    StateInspector {
        id: bound

        sequence: ""
        edge: Qt.BottomEdge
        extent: edge === Qt.RightEdge ? 300 : 200
    }

    TestCase {
        name: "StateInspector"
        when: windowShown

        // The first item below that has the property, or null.
        function find(item: Item, property: string, value: var): Item {
            for (let i = 0; i < item.children.length; ++i) {
                const child = item.children[i];
                if (child[property] === value)
                    return child;
                const found = find(child, property, value);
                if (found)
                    return found;
            }
            return null;
        }

        function init(): void {
            inspector.opened = false;
            inspector.detached = false;
            inspector.edge = Qt.RightEdge;
            inspector.extent = 460;
            inspector.currentTab = 0;
            content.forceActiveFocus();
            // Shortcuts are those of the window that has the focus.
            inspector.Window.window.requestActivate();
            tryVerify(() => inspector.Window.active);
        }

        function cleanup(): void {
            root.LayoutMirroring.enabled = false;
            store.thaw();
        }

        function test_nothingIsLoadedWhenClosed(): void {
            compare(inspector.opened, false);
            compare(inspector.children.length, 1);
            compare(inspector.children[0].item, null);
        }

        function test_shortcutOpensAndCloses(): void {
            keyClick(Qt.Key_F12);
            compare(inspector.opened, true);
            const loader = inspector.children[0];
            verify(loader.item);
            keyClick(Qt.Key_F12);
            compare(inspector.opened, false);
            compare(loader.item, null);
        }

        function test_otherShortcutCanBeSet(): void {
            inspector.sequence = "Ctrl+I";
            keyClick(Qt.Key_F12);
            compare(inspector.opened, false);
            keyClick(Qt.Key_I, Qt.ControlModifier);
            compare(inspector.opened, true);
            inspector.sequence = "F12";
        }

        function test_focusComesAndGoesWithIt(): void {
            verify(content.activeFocus);
            inspector.opened = true;
            verify(!content.activeFocus);
            keyClick(Qt.Key_Escape);
            compare(inspector.opened, false);
            verify(content.activeFocus);
        }

        // Whoever goes by the Tab key hears of each stop, and comes round.
        function test_eachStopHasAName(): void {
            for (let tab = 0; tab < 5; ++tab) {
                inspector.opened = false;
                inspector.currentTab = tab;
                inspector.opened = true;
                wait(60);
                const first = root.Window.activeFocusItem;
                verify(first !== content);
                let stops = 0;
                do {
                    const item = root.Window.activeFocusItem;
                    verify(item.Accessible.name.length > 0, `tab ${tab}, stop ${stops}: ${item}`);
                    keyClick(Qt.Key_Tab);
                    ++stops;
                } while (root.Window.activeFocusItem !== first && stops < 30)
                verify(stops > 4 && stops < 30, `${stops} stops`);
            }
        }

        function test_tabsSwitchByKeyboard(): void {
            inspector.opened = true;
            for (let tab = 4; tab >= 0; --tab) {
                keyClick(Qt.Key_1 + tab, Qt.ControlModifier);
                compare(inspector.currentTab, tab);
                wait(60);
            }
            keyClick(Qt.Key_Right);
            compare(inspector.currentTab, 1);
            keyClick(Qt.Key_Left);
            keyClick(Qt.Key_Left);
            compare(inspector.currentTab, 4);
        }

        function test_tabIsKeptWhileClosed(): void {
            inspector.opened = true;
            keyClick(Qt.Key_3, Qt.ControlModifier);
            inspector.opened = false;
            inspector.opened = true;
            compare(inspector.currentTab, 2);
        }

        function test_bottomAndDetached(): void {
            inspector.opened = true;
            inspector.edge = Qt.BottomEdge;
            wait(60);
            inspector.detached = true;
            tryVerify(() => inspector.children[0].item !== null);
            compare(inspector.opened, true);
            inspector.opened = false;
            compare(inspector.children[0].item, null);
        }

        function test_themesCanBeChosen(): void {
            inspector.opened = true;
            inspector.dark = true;
            compare(inspector.dark, true);
            inspector.dark = false;
            compare(inspector.dark, false);
        }

        function test_closedItTakesNoInput(): void {
            behind.clicks = 0;
            mouseClick(root, 600, 100);
            compare(behind.clicks, 1);
            inspector.opened = true;
            mouseClick(root, 600, 100);
            compare(behind.clicks, 1);
        }

        function test_storeThatDiesWhileShown(): void {
            const dying = creator.createObject(root, {
                    "name": "dying"
                });
            inspector.opened = true;
            keyClick(Qt.Key_2, Qt.ControlModifier);
            wait(120);
            verify(find(inspector, "text", "dying"));
            // What is shown still belongs to who made it.
            gc();
            wait(60);
            verify(find(inspector, "text", "dying"));
            dying.destroy();
            wait(120);
            compare(find(inspector, "text", "dying"), null);
            verify(find(inspector, "text", "tasks"));
        }

        // Calls that for each item below.
        function visit(item: Item, visitor: var): void {
            for (let i = 0; i < item.children.length; ++i) {
                visitor(item.children[i]);
                visit(item.children[i], visitor);
            }
        }

        // Whether one below has a name for screen readers that contains the words.
        function isNamed(words: string): bool {
            let found = false;
            visit(inspector, item => found = found || item.Accessible.name.includes(words));
            return found;
        }

        function test_noTextIsTakenForMarkup(): void {
            const name = "<b>Bold</b>";
            const shown = creator.createObject(root, {
                    "name": name
                });
            shown.insertAt(0, "<img src='http://localhost/'>");
            inspector.opened = true;
            for (let tab = 0; tab < 5; ++tab) {
                inspector.currentTab = tab;
                wait(120);
                let texts = 0;
                visit(inspector, item => {
                        if (item.textFormat === undefined)
                            return;
                        compare(item.textFormat, Text.PlainText, `tab ${tab}: ${item.text}`);
                        ++texts;
                    });
                verify(texts > 5, `${texts} texts in tab ${tab}`);
            }
            inspector.currentTab = 1;
            wait(120);
            verify(find(inspector, "text", name));
            shown.destroy();
            wait(0);
        }

        function test_namesMayHavePlaceMarkers(): void {
            const name = "load %1 of %3";
            const shown = creator.createObject(root, {
                    "name": name
                });
            shown.width = 7;
            shown.title = name;
            inspector.opened = true;
            inspector.currentTab = 1;
            wait(120);
            verify(isNamed(name + ", "));
            // The state of the one chosen is shown beside.
            const row = find(inspector, "text", name);
            mouseClick(row);
            wait(120);
            verify(find(inspector, "text", name + ", revision 2"));
            verify(isNamed(`title: "${name}", QString`));
            inspector.currentTab = 2;
            wait(120);
            verify(isNamed(": 1 update of " + name + ", "));
            inspector.currentTab = 4;
            wait(120);
            verify(isNamed(name + " holds "));
            shown.destroy();
            wait(0);
        }

        // The item of the type that shows the tab's content and can be scrolled.
        function scrolled(): Flickable {
            let view = null;
            visit(inspector, item => {
                    if (item.sampler !== undefined && item.contentY !== undefined)
                        view = item;
                });
            return view;
        }

        function openTree(): TreeView {
            store.fill(2000);
            store.freeze();
            tryCompare(store, "residency", Axiom.Frozen);
            inspector.currentTab = 1;
            inspector.opened = true;
            wait(120);
            let tree = null;
            visit(inspector, item => {
                    if (item.rowHeightProvider !== undefined)
                        tree = item;
                });
            verify(tree);
            tree.forceActiveFocus();
            keyClick(Qt.Key_Down);
            keyClick(Qt.Key_Up);
            // The collection, its first range, the first element of that.
            keyClick(Qt.Key_Right);
            tryVerify(() => tree.rows > 4);
            keyClick(Qt.Key_Down);
            keyClick(Qt.Key_Right);
            tryVerify(() => tree.rows > 1000);
            keyClick(Qt.Key_Down);
            compare(tree.currentRow, 2);
            compare(store.residency, Axiom.Frozen);
            return tree;
        }

        function test_elementIsThawedByItsButton(): void {
            const tree = openTree();
            const element = find(tree, "name", "[0]");
            verify(element.canThaw);
            mouseClick(find(element, "text", "Thaw"));
            tryCompare(store, "residency", Axiom.Partial);
            // A row that is clicked is the current one, and opens or closes.
            const count = tree.rows;
            const next = find(tree, "name", "[1]");
            compare(next.row, 3);
            mouseClick(next, 60, 10);
            tryVerify(() => tree.rows > count);
            compare(tree.currentRow, 3);
        }

        function test_elementIsThawedByKey(): void {
            openTree();
            keyClick(Qt.Key_Return);
            tryCompare(store, "residency", Axiom.Partial);
        }

        // Otherwise the application could not quit.
        function test_windowOfItsOwnCanBeClosed(): void {
            inspector.detached = true;
            inspector.opened = true;
            const loader = inspector.children[0];
            tryVerify(() => loader.item && loader.item.visible);
            verify(loader.item.close());
            tryCompare(inspector, "opened", false);
            compare(loader.item, null);
        }

        function test_focusStaysWithWhoHasItNow(): void {
            inspector.opened = true;
            other.forceActiveFocus();
            verify(other.activeFocus);
            inspector.opened = false;
            verify(other.activeFocus);
        }

        function test_focusComesBackWhenDetached(): void {
            inspector.opened = true;
            verify(!content.activeFocus);
            inspector.detached = true;
            verify(content.activeFocus);
            other.forceActiveFocus();
            // It is the last one that had it.
            inspector.detached = false;
            verify(!other.activeFocus);
            inspector.opened = false;
            verify(other.activeFocus);
        }

        function drag(x: real, y: real, dx: real, dy: real): void {
            mousePress(root, x, y);
            for (let i = 1; i <= 10; ++i)
                mouseMove(root, x + dx * i / 10, y + dy * i / 10, 2);
            mouseRelease(root, x + dx, y + dy);
        }

        function test_applicationBehindGetsNoDrags_data(): var {
            return [{
                    "tag": "button",
                    "x": 540,
                    "y": 18
                }, {
                    "tag": "tabs",
                    "x": 300,
                    "y": 55
                }, {
                    "tag": "top",
                    "x": 400,
                    "y": 120
                }, {
                    "tag": "middle",
                    "x": 400,
                    "y": 240
                }, {
                    "tag": "bottom",
                    "x": 400,
                    "y": 420
                }];
        }

        function test_applicationBehindGetsNoDrags(data: var): void {
            dragBehind.drags = 0;
            drag(40, 240, 60, 40);
            compare(dragBehind.drags, 1);
            inspector.opened = true;
            for (let tab = 0; tab < 5; ++tab) {
                inspector.currentTab = tab;
                wait(120);
                drag(data.x, data.y, 50, 40);
                compare(dragBehind.drags, 1, `tab ${tab}`);
            }
        }

        function test_applicationBehindGetsNoTaps(): void {
            tapBehind.taps = 0;
            store.width = 23;
            inspector.opened = true;
            for (let tab = 0; tab < 5; ++tab) {
                inspector.currentTab = tab;
                wait(120);
                for (let y = 75; y < root.height; y += 15) {
                    mouseClick(root, 340, y);
                    compare(tapBehind.taps, 0, `tab ${tab}, y ${y}`);
                }
            }
        }

        function test_extentCanBeDragged(): void {
            inspector.opened = true;
            dragBehind.drags = 0;
            compare(inspector.extent, 460);
            drag(root.width - 460, 200, -40, 0);
            compare(inspector.extent, 500);
            drag(root.width - 500, 200, 100, 30);
            compare(inspector.extent, 400);
            inspector.edge = Qt.BottomEdge;
            inspector.extent = 340;
            wait(60);
            drag(200, root.height - inspector.extent, 0, 20);
            compare(inspector.extent, 320);
            compare(dragBehind.drags, 0);
        }

        function test_eachEdgeHasAnExtentOfItsOwn(): void {
            inspector.opened = true;
            drag(root.width - 460, 200, -40, 0);
            compare(inspector.extent, 500);
            inspector.edge = Qt.BottomEdge;
            compare(inspector.extent, 340);
            inspector.edge = Qt.RightEdge;
            compare(inspector.extent, 500);
            inspector.edge = Qt.BottomEdge;
            compare(inspector.extent, 340);
        }

        // As long as nobody drags it.
        function test_extentIsWhatTheApplicationSays(): void {
            compare(bound.extent, 200);
            bound.edge = Qt.RightEdge;
            compare(bound.extent, 300);
            bound.edge = Qt.BottomEdge;
            compare(bound.extent, 200);
            const made = inspectors.createObject(root, {
                    "edge": Qt.BottomEdge
                });
            compare(made.extent, 340);
            made.edge = Qt.RightEdge;
            compare(made.extent, 460);
            made.destroy();
        }

        function test_currentTabMayBeOutOfRange(): void {
            inspector.opened = true;
            inspector.currentTab = 7;
            wait(60);
            verify(find(inspector, "text", "Who holds what"));
            inspector.currentTab = -1;
            wait(60);
            verify(find(inspector, "text", "Longest frame"));
        }

        function test_mirroredApplication(): void {
            const shown = creator.createObject(root, {
                    "name": "mirrored"
                });
            shown.title = "a title";
            root.LayoutMirroring.enabled = true;
            root.LayoutMirroring.childrenInherit = true;
            inspector.currentTab = 1;
            inspector.opened = true;
            wait(120);
            mouseClick(find(inspector, "text", "mirrored"));
            wait(120);
            const value = find(inspector, "text", "\"a title\"");
            verify(value);
            verify(value.width >= value.implicitWidth, `${value.width} < ${value.implicitWidth}`);
            shown.destroy();
            wait(0);
        }

        function test_narrowRowsShowNameAndFigure(): void {
            const shown = creator.createObject(root, {
                    "name": "catalog"
                });
            for (let i = 0; i < 3; ++i)
                shown.width = i + 1;
            inspector.extent = 280;
            inspector.currentTab = 2;
            inspector.opened = true;
            wait(120);
            const name = find(inspector, "text", "catalog");
            verify(name);
            verify(name.width >= name.implicitWidth, `${name.width} < ${name.implicitWidth}`);
            let costs = 0;
            visit(inspector, item => {
                    if (!item.visible || item.textFormat === undefined || !item.text.endsWith(" ms"))
                        return;
                    ++costs;
                    verify(item.mapToItem(root, item.width, 0).x <= root.width);
                });
            verify(costs >= 3);
            inspector.currentTab = 4;
            wait(120);
            const holder = find(inspector, "text", "catalog");
            verify(holder.width >= holder.implicitWidth, `${holder.width} < ${holder.implicitWidth}`);
            shown.destroy();
            wait(0);
        }

        function test_memoryOfManyStores(): void {
            const made = [];
            for (let i = 0; i < 200; ++i) {
                made.push(creator.createObject(root, {
                            "name": `store ${i}`
                        }));
            }
            inspector.currentTab = 4;
            inspector.opened = true;
            wait(120);
            let rows = 0;
            visit(inspector, item => {
                    if (item.residentShare !== undefined)
                        ++rows;
                });
            verify(rows > 3 && rows < 50, `${rows} rows`);
            // The last one can be seen, and what comes below.
            const view = scrolled();
            keyClick(Qt.Key_Tab);
            view.forceActiveFocus();
            for (let i = 0; i < 400 && !view.atYEnd; ++i)
                keyClick(Qt.Key_Down);
            verify(view.atYEnd);
            wait(60);
            verify(find(inspector, "text", "store 199"));
            const title = find(inspector, "text", "Given back");
            verify(title.mapToItem(root, 0, title.height).y <= root.height);
            for (const one of made)
                one.destroy();
            wait(0);
        }

        function test_tabsWithoutRowsAreScrolledByKeys_data(): var {
            return [{
                    "tag": "overview",
                    "tab": 0
                }, {
                    "tag": "memory",
                    "tab": 4
                }];
        }

        function test_tabsWithoutRowsAreScrolledByKeys(data: var): void {
            inspector.edge = Qt.BottomEdge;
            inspector.extent = 280;
            inspector.currentTab = data.tab;
            inspector.opened = true;
            wait(120);
            const view = scrolled();
            verify(view.contentHeight > view.height);
            for (let stop = 0; stop < 20 && !view.activeFocus; ++stop)
                keyClick(Qt.Key_Tab);
            verify(view.activeFocus);
            const top = view.contentY;
            keyClick(Qt.Key_Down);
            verify(view.contentY > top);
            keyClick(Qt.Key_Up);
            compare(view.contentY, top);
            for (let i = 0; i < 40; ++i)
                keyClick(Qt.Key_Down);
            verify(view.atYEnd);
        }

        function test_wheelAndScrollBarScroll(): void {
            inspector.edge = Qt.BottomEdge;
            inspector.extent = 280;
            inspector.opened = true;
            wait(120);
            const view = scrolled();
            mouseWheel(view, 100, 50, 0, -120);
            tryVerify(() => view.contentY > 0);
            view.cancelFlick();
            view.contentY = 0;
            dragBehind.drags = 0;
            const bar = find(inspector, "minimumSize", 0.08);
            const at = bar.mapToItem(root, bar.width / 2, 20);
            drag(at.x, at.y, 0, 40);
            verify(view.contentY > 0);
            compare(dragBehind.drags, 0);
        }

        function test_rowsArePressedByScreenReaders(): void {
            store.width = 11;
            inspector.currentTab = 1;
            inspector.opened = true;
            wait(120);
            let row = null;
            visit(inspector, item => {
                    if (item.isTreeNode && item.name === "tasks")
                        row = item;
                });
            if (!row.hasChildren) {
                store.fill(3);
                tryCompare(row, "hasChildren", 1);
            }
            row.Accessible.pressAction();
            tryCompare(row, "expanded", true);
            const shown = creator.createObject(root, {
                    "name": "pressed"
                });
            wait(120);
            find(inspector, "name", "pressed").Accessible.pressAction();
            tryVerify(() => find(inspector, "text", "pressed, revision 0") !== null);
            shown.destroy();
            inspector.currentTab = 2;
            wait(120);
            let flush = null;
            visit(inspector, item => flush = item.coalesced !== undefined ? item : flush);
            verify(!flush.isCurrent);
            flush.Accessible.pressAction();
            verify(flush.isCurrent);
            flush.Accessible.pressAction();
            verify(!flush.isCurrent);
        }

        Component {
            id: creator

            TaskStore {
            }
        }

        Component {
            id: inspectors

            StateInspector {
            }
        }
    }
}
