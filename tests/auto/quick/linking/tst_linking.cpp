// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#include <AxiomState/BatchCoordinator>
#include <AxiomState/StateStore>

#include <QtCore/qcoreevent.h>
#include <QtCore/qdeadlinetimer.h>
#include <QtQuick/qquickwindow.h>
#include <QtTest/qtest.h>

using namespace Axiom;
using namespace std::chrono_literals;

namespace {

struct TickState
{
    int ticks = 0;
    AXIOM_FIELDS(TickState, ticks)
};

class TickStore : public StateStore
{
    Q_OBJECT

public:
    State<TickState> state{this};
};

// Counts the times that a window is told to make a frame, which nothing in it asks for.
class RequestCounter : public QObject
{
public:
    explicit RequestCounter(QWindow *window) { window->installEventFilter(this); }
    int requests = 0;

protected:
    bool eventFilter(QObject *, QEvent *event) override
    {
        requests += event->type() == QEvent::UpdateRequest;
        return false;
    }
};

} // namespace

// Windows are followed where the library is linked, though nothing of it is called, nor QML imported.
class tst_Linking : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void streamIsFlushedWithFrames();
};

void tst_Linking::streamIsFlushedWithFrames()
{
    QQuickWindow window;
    window.show();
    QVERIFY(QTest::qWaitForWindowExposed(&window));
    TickStore store;
    store.state.onChanged(&TickState::ticks, &store, [] {});
    RequestCounter counter(&window);
    QCoreApplication::processEvents();
    const int before = counter.requests;
    // Until it is seen to be a stream.
    QDeadlineTimer patience(5s);
    while (counter.requests == before && !patience.hasExpired()) {
        for (int i = 0; i < 10; ++i)
            store.state.enqueue([](TickState &s) { ++s.ticks; });
        QTest::qWait(1);
    }
    QVERIFY(counter.requests > before);
}

QTEST_MAIN(tst_Linking)

#include "tst_linking.moc"
