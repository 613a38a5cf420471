// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT
import QtQuick
import QtTest
import Axiom.State
import StoreTest

TestCase {
    id: testCase

    readonly property var evaluations: ({
            "size": 0
        })

    name: "Store"

    Component {
        id: storeComponent

        TaskStore {
        }
    }

    Component {
        id: areaComponent

        Item {
            id: area

            required property TaskStore store
            readonly property string title: store.title
            readonly property int size: {
                testCase.evaluations.size++;
                return area.store.width * area.store.height;
            }
        }
    }

    Component {
        id: pendingComponent

        QtObject {
            required property TaskStore store
            readonly property int count: store.pendingUpdates
        }
    }

    Component {
        id: extendedComponent

        TaskStore {
            readonly property int areas: 1
        }
    }

    function make(): TaskStore {
        return createTemporaryObject(storeComponent, testCase) as TaskStore;
    }

    // What QML extends has a class of its own.
    function test_nameIsThatOfTheClass() {
        const store = createTemporaryObject(extendedComponent, testCase) as TaskStore;
        compare(store.name, "TaskStore");
    }

    function test_bindingFollowsTheStore() {
        const store = make();
        const item = createTemporaryObject(areaComponent, testCase, {
                "store": store
            });
        store.title = "Chores";
        compare(item.title, "Chores");
        compare(store.revision, 1);
    }

    function test_settingAnEqualValueNotifiesNobody() {
        const store = make();
        store.title = "Chores";
        const before = store.revision;
        store.title = "Chores";
        compare(store.revision, before);
    }

    function test_updatesOfAFlushReachABindingOnce() {
        const store = make();
        const item = createTemporaryObject(areaComponent, testCase, {
                "store": store
            });
        testCase.evaluations.size = 0;
        store.enqueueMany(1000);
        compare(store.pendingUpdates, 1000);
        compare(testCase.evaluations.size, 0);
        BatchCoordinator.flush();
        compare(store.width, 1000);
        compare(testCase.evaluations.size, 1);
        compare(item.size, 0);
        compare(store.pendingUpdates, 0);
    }

    function test_pendingUpdatesAreNotified() {
        const store = make();
        const item = createTemporaryObject(pendingComponent, testCase, {
                "store": store
            });
        store.enqueueMany(10);
        BatchCoordinator.flush();
        store.enqueueMany(10);
        BatchCoordinator.flush();
        compare(item.count, 0);
        compare(BatchCoordinator.pendingCount, 0);
    }

    function test_metricsAreReadable() {
        const store = make();
        const before = BatchCoordinator.metrics.applied;
        store.enqueueMany(10);
        BatchCoordinator.flush();
        compare(BatchCoordinator.metrics.applied - before, 10);
        verify(BatchCoordinator.latencyMilliseconds(Axiom.Normal, 99) > 0);
        verify(BatchCoordinator.flushMilliseconds(50) > 0);
    }

    function test_floodIsBounded() {
        const store = make();
        store.setPendingLimit(5, Axiom.Reject);
        const before = BatchCoordinator.metrics.rejected;
        store.enqueueMany(20);
        compare(store.pendingUpdates, 5);
        BatchCoordinator.flush();
        compare(store.width, 5);
        compare(BatchCoordinator.metrics.rejected - before, 15);
    }

    function test_paceIsReadable() {
        const store = make();
        compare(store.updateMode, Axiom.Immediate);
        compare(store.updateModeReason, Axiom.Quiet);
        compare(store.updateRate, 0);
    }

    function test_computedPropertyFollows() {
        const store = make();
        store.fill(3);
        compare(store.openCount, 3);
        const index = store.tasks.index(0, 0);
        verify(store.tasks.setData(index, true, 258));
        compare(store.openCount, 2);
    }

    function test_failureIsASignalWithAValue() {
        const store = make();
        let errors = [];
        store.errorOccurred.connect(error => errors.push(error));
        store.enqueueThrowing();
        BatchCoordinator.flush();
        compare(errors.length, 1);
        compare(errors[0].code, StateError.UpdateFailed);
        verify(errors[0].message.includes("TaskStore"));
        compare(store.title, "");
    }

    function test_storesAreNotMadeInQml() {
        let error = "";
        try {
            Qt.createQmlObject("import Axiom.State; StateStore {}", testCase);
        } catch (exception) {
            error = exception.qmlErrors[0].message;
        }
        verify(error.includes("base of stores"), error);
    }

    function test_enumerations() {
        compare(Axiom.Idle, 0);
        compare(Axiom.Critical, 4);
        compare(Axiom.EagerClone, 1);
        make().setStrategy(Axiom.EagerClone);
    }
}
