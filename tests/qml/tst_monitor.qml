// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT
import QtQuick
import QtTest
import Axiom.State
import StoreTest

TestCase {
    id: testCase

    name: "Monitor"

    Component {
        id: storeComponent

        TaskStore {
            name: "of the monitor's test"
        }
    }

    SignalSpy {
        id: errors

        signalName: "errorOccurred"
        target: PerformanceMonitor
    }

    function test_reportNamesTheStore() {
        const store = createTemporaryObject(storeComponent, testCase) as TaskStore;
        store.title = "changed";
        verify(PerformanceMonitor.reportAsMarkdown().includes(store.name));
        const report = JSON.parse(PerformanceMonitor.reportAsJson());
        compare(report.schema, 1);
        verify(report.operations.some(operation => operation.store === store.name && operation.type === "Update" && operation.count === 1));
    }

    function test_traceThatCannotBeWrittenTellsWhy() {
        errors.clear();
        verify(!PerformanceMonitor.saveTrace("/no/such/folder/trace.json"));
        compare(errors.count, 1);
        const error = errors.signalArguments[0][0];
        compare(error.code, StateError.IoError);
        verify(error.message.length > 0);
    }

    function test_switches() {
        verify(PerformanceMonitor.enabled);
        verify(PerformanceMonitor.sampling);
        verify(!PerformanceMonitor.autoOptimize);
        PerformanceMonitor.autoOptimize = true;
        verify(PerformanceMonitor.autoOptimize);
        PerformanceMonitor.autoOptimize = false;
        compare(PerformanceMonitor.alerts.length, 0);
        verify(PerformanceMonitor.optimizations);
        verify(OptimizationEngine.Suggested !== OptimizationEngine.Kept);
    }
}
