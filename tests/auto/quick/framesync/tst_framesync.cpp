// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#include <AxiomState/BatchCoordinator>
#include <AxiomState/FrameSync>
#include <AxiomState/StateStore>

#include <QtCore/qelapsedtimer.h>
#include <QtCore/qeventloop.h>
#include <QtCore/qtimer.h>
#include <QtGui/qrasterwindow.h>
#include <QtQml/qqmlcomponent.h>
#include <QtQml/qqmlengine.h>
#include <QtQuick/qquickitem.h>
#include <QtQuick/qquickrendercontrol.h>
#include <QtQuick/qquickwindow.h>
#include <QtTest/qtest.h>

#include <array>
#include <atomic>

using namespace Axiom;
using namespace Qt::StringLiterals;

namespace {

constexpr int width = 600;

// By binding of the row, how many properties it reads: QML evaluates it for each that has changed.
constexpr std::array dependencies = {1, 2, 3, 1};
constexpr int patience = 60'000; // ms, for anything that is to happen

struct FeedState
{
    int left = 0;
    int right = width; // with left it fills the row
    int sequence = 0;
    AXIOM_FIELDS(FeedState, left, right, sequence)
};

class FeedStore : public StateStore
{
    Q_OBJECT
    AXIOM_READONLY_PROPERTY(int, left)
    AXIOM_READONLY_PROPERTY(int, right)
    AXIOM_READONLY_PROPERTY(int, sequence)

public:
    void submit()
    {
        state.enqueue([sequence = ++submitted](FeedState &s) noexcept {
            s.left = sequence % (width + 1);
            s.right = width - s.left;
            s.sequence = sequence;
        });
    }

    State<FeedState> state{this};
    int submitted = 0;
};

// Counts evaluations of a row's bindings.
class Probe : public QObject
{
    Q_OBJECT

public:
    using QObject::QObject;

    Q_INVOKABLE int evaluated(int binding)
    {
        ++evaluations[std::size_t(binding)];
        return 0;
    }
    // The evaluations beyond one for each property read, since the call before.
    int takeRepeated()
    {
        int repeated = 0;
        for (std::size_t i = 0; i < dependencies.size(); ++i)
            repeated += std::max(std::exchange(evaluations[i], 0) - dependencies[i], 0);
        return repeated;
    }

    std::array<int, dependencies.size()> evaluations = {};
};

const char rowQml[] = R"(
    import QtQuick
    import QtQuick.Layouts
    import Axiom.State

    RowLayout {
        id: row

        required property QtObject store
        required property QtObject probe
        readonly property int leftWidth: row.probe.evaluated(0) + row.store.left
        readonly property int sum: row.probe.evaluated(1) + row.store.left + row.store.right
        readonly property string text: row.probe.evaluated(2) + row.store.left + "/"
                                       + row.store.right + "/" + row.store.sequence
        readonly property int sequence: row.probe.evaluated(3) + row.store.sequence

        anchors.fill: parent
        spacing: 0

        Rectangle {
            objectName: "left"
            color: "steelblue"
            Layout.preferredWidth: row.store.left
            Layout.minimumWidth: 0
            Layout.fillHeight: true
        }
        Rectangle {
            objectName: "right"
            color: "tan"
            Layout.preferredWidth: row.store.right
            Layout.minimumWidth: 0
            Layout.fillHeight: true
        }
    }
)";

// Counts the times that a window is told to make a frame.
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

// What the frames of one window showed. Looks while the GUI thread waits for the scene graph to take
// over the items, on the render thread if there is one.
struct Frames
{
    int count = 0;
    int torn = 0;     // the parts of a frame do not belong together
    int unshown = 0;  // applied, and not in the frame
    int missing = 0;  // submitted, and not in the frame
    int repeated = 0; // evaluations that were not needed
};

} // namespace

class tst_FrameSync : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init();
    void cleanup();

    void frameShowsEachFlushWholeAndOnce_data();
    void frameShowsEachFlushWholeAndOnce();
    void windowsShareOneFlush();
    void hiddenWindowIsNotAsked();
    void minimisedWindowIsNotAsked();
    void windowMayDieBetweenFrames();
    void windowMayDieInAFlush();
    void nestedEventLoopKeepsReceivingFrames();
    void idleWindowIsAskedForNothing();
    void windowIsNotAskedForWhatNobodyObserves();
    void anyWindowCanBeAttached();
    void renderControlIsServedByFlushForFrame();

private:
    struct View
    {
        std::unique_ptr<QQuickWindow> window = std::make_unique<QQuickWindow>();
        Probe *probe = new Probe(window.get());
        Frames frames;
    };

    QQuickItem *makeRow(QQuickItem *parent, Probe *probe);
    std::unique_ptr<View> show();
    void look(View &view, QQuickItem *row) const;
    // Feeds so many updates a second until the condition is met.
    template <typename F>
    bool feedUntil(int rate, F condition);
    // A stream that has been recognised as one.
    void startStream()
    {
        const int before = store->submitted;
        QVERIFY(feedUntil(1000, [&] { return store->submitted > before + 20; }));
    }

    QQmlEngine engine;
    std::unique_ptr<FeedStore> store;
};

void tst_FrameSync::initTestCase()
{
    // The scene graph's own render loops, with nothing to draw on.
    QQuickWindow::setSceneGraphBackend(u"rhi"_s);
    QQuickWindow::setGraphicsApi(QSGRendererInterface::Null);
    engine.addImportPath(QStringLiteral(QML_IMPORT_PATH));
}

void tst_FrameSync::init()
{
    store = std::make_unique<FeedStore>();
}

void tst_FrameSync::cleanup()
{
    store.reset();
}

QQuickItem *tst_FrameSync::makeRow(QQuickItem *parent, Probe *probe)
{
    QQmlComponent component(&engine);
    component.setData(rowQml, QUrl(u"qrc:/row.qml"_s));
    if (!component.isReady()) {
        qCritical("%s", qPrintable(component.errorString()));
        return nullptr;
    }
    QObject *object = component.createWithInitialProperties(
        {{u"parent"_s, QVariant::fromValue(parent)},
         {u"store"_s, QVariant::fromValue<QObject *>(store.get())},
         {u"probe"_s, QVariant::fromValue<QObject *>(probe)}});
    auto *row = qobject_cast<QQuickItem *>(object);
    row->setParent(parent);
    row->setParentItem(parent);
    return row;
}

std::unique_ptr<tst_FrameSync::View> tst_FrameSync::show()
{
    auto view = std::make_unique<View>();
    QQuickWindow *window = view->window.get();
    window->resize(width, 40);
    QQuickItem *row = makeRow(window->contentItem(), view->probe);
    connect(
        window, &QQuickWindow::beforeSynchronizing, this,
        [this, row, view = view.get()] { look(*view, row); }, Qt::DirectConnection);
    window->show();
    if (!QTest::qWaitForWindowExposed(window, patience))
        qCritical("the window is not exposed");
    return view;
}

void tst_FrameSync::look(View &view, QQuickItem *row) const
{
    Frames &frames = view.frames;
    const FeedState &state = store->state.value();
    const auto *left = row->findChild<QQuickItem *>(u"left"_s);
    const auto *right = row->findChild<QQuickItem *>(u"right"_s);
    const int shown = row->property("sequence").toInt();
    const QString text = u"%1/%2/%3"_s.arg(state.left).arg(state.right).arg(state.sequence);
    ++frames.count;
    frames.torn += left->width() != row->property("leftWidth").toInt()
        || left->width() + right->width() != width || right->x() != left->width()
        || row->property("sum").toInt() != width;
    frames.unshown += shown != state.sequence || row->property("text").toString() != text;
    frames.missing += shown != store->submitted;
    frames.repeated += view.probe->takeRepeated();
}

template <typename F>
bool tst_FrameSync::feedUntil(int rate, F condition)
{
    QEventLoop loop;
    QElapsedTimer elapsed;
    QTimer timer;
    timer.setTimerType(Qt::PreciseTimer);
    elapsed.start();
    qint64 last = 0;
    double due = 0;
    connect(&timer, &QTimer::timeout, &loop, [&] {
        const qint64 now = elapsed.nsecsElapsed();
        // What a stop of the machine has missed is not made up for.
        due += std::min(double(now - last) / 1e9, 0.02) * rate;
        last = now;
        for (; due >= 1; --due)
            store->submit();
        if (condition() || elapsed.hasExpired(patience))
            loop.quit();
    });
    timer.start(1);
    loop.exec();
    return condition();
}

void tst_FrameSync::frameShowsEachFlushWholeAndOnce_data()
{
    QTest::addColumn<int>("rate");
    QTest::newRow("1 kHz") << 1'000;
    QTest::newRow("10 kHz") << 10'000;
}

void tst_FrameSync::frameShowsEachFlushWholeAndOnce()
{
    QFETCH(int, rate);
    const auto view = show();
    startStream();
    view->frames = {};
    const BatchMetrics before = BatchCoordinator::instance()->metrics();
    QVERIFY(feedUntil(rate, [&] { return view->frames.count >= 200; }));
    const Frames frames = view->frames;
    const BatchMetrics after = BatchCoordinator::instance()->metrics();
    qInfo("%d frames: %lld updates, %lld flushes, %d torn, %d not shown, %d behind, "
          "%d evaluations repeated",
          frames.count, after.applied - before.applied, after.flushes - before.flushes, frames.torn,
          frames.unshown, frames.missing, frames.repeated);
    QCOMPARE(frames.torn, 0);
    QCOMPARE(frames.unshown, 0);
    // A machine that stops for long enough has updates expire, or the stream look like none.
    QVERIFY(frames.missing <= frames.count / 20);
    QVERIFY(frames.repeated <= frames.count / 20);
    QVERIFY(after.applied - before.applied > 2 * frames.count);
    QVERIFY(after.flushes - before.flushes <= frames.count * 21 / 20);
}

void tst_FrameSync::windowsShareOneFlush()
{
    const auto first = show();
    const auto second = show();
    startStream();
    first->frames = second->frames = {};
    const qint64 before = BatchCoordinator::instance()->metrics().flushes;
    QVERIFY(feedUntil(2'000,
                      [&] { return std::min(first->frames.count, second->frames.count) >= 100; }));
    const qint64 flushes = BatchCoordinator::instance()->metrics().flushes - before;
    qInfo("%d and %d frames: %lld flushes, %d and %d evaluations repeated", first->frames.count,
          second->frames.count, flushes, first->frames.repeated, second->frames.repeated);
    const int most = std::max(first->frames.count, second->frames.count);
    QVERIFY(flushes <= most * 21 / 20);
    for (const Frames &frames : {first->frames, second->frames}) {
        QCOMPARE(frames.torn, 0);
        QCOMPARE(frames.unshown, 0);
    }
}

void tst_FrameSync::hiddenWindowIsNotAsked()
{
    const auto view = show();
    startStream();
    view->window->hide();
    // Once it has made the frame that it was asked for.
    int before = store->submitted;
    QVERIFY(feedUntil(1'000, [&] { return store->state->sequence > before + 100; }));
    const RequestCounter counter(view->window.get());
    before = store->submitted;
    QVERIFY(feedUntil(1'000, [&] { return store->state->sequence > before + 200; }));
    QCOMPARE(counter.requests, 0);
    QTRY_COMPARE_WITH_TIMEOUT(store->pendingUpdates(), 0, patience);
    // The first frame comes with an Expose event.
    view->frames = {};
    store->submit();
    store->submit();
    QVERIFY(store->pendingUpdates() > 0);
    view->window->show();
    QVERIFY(QTest::qWaitForWindowExposed(view->window.get(), patience));
    QTRY_VERIFY_WITH_TIMEOUT(view->frames.count > 0, patience);
    QCOMPARE(view->frames.missing, 0);
    QVERIFY(feedUntil(1'000, [&] { return view->frames.count >= 20; }));
    QCOMPARE(view->frames.torn, 0);
    QCOMPARE(view->frames.unshown, 0);
}

void tst_FrameSync::minimisedWindowIsNotAsked()
{
    // One without a scene, which would ask for frames itself.
    QRasterWindow window;
    window.resize(width, 40);
    window.show();
    QVERIFY(QTest::qWaitForWindowExposed(&window, patience));
    FrameSync::attach(&window);
    connect(store.get(), &FeedStore::sequenceChanged, &window, [] {});
    startStream();
    window.setWindowStates(Qt::WindowMinimized);
    int before = store->submitted;
    QVERIFY(feedUntil(1'000, [&] { return store->state->sequence > before + 100; }));
    const RequestCounter counter(&window);
    before = store->submitted;
    QVERIFY(feedUntil(1'000, [&] { return store->state->sequence > before + 200; }));
    QCOMPARE(counter.requests, 0);
}

void tst_FrameSync::windowMayDieBetweenFrames()
{
    auto view = show();
    startStream();
    // With a frame on its way.
    store->submit();
    store->submit();
    QVERIFY(store->pendingUpdates() > 0);
    view.reset();
    const int before = store->submitted;
    QVERIFY(feedUntil(1'000, [&] { return store->state->sequence > before + 100; }));
    QTRY_COMPARE_WITH_TIMEOUT(store->state->sequence, store->submitted, patience);
}

void tst_FrameSync::windowMayDieInAFlush()
{
    auto view = show();
    startStream();
    connect(store.get(), &StateStore::committed, store.get(), [&] {
        if (view)
            std::exchange(view->window, nullptr).release()->deleteLater();
        view.reset();
        QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
    });
    const int before = store->submitted;
    QVERIFY(feedUntil(1'000, [&] { return store->state->sequence > before + 100; }));
    QVERIFY(!view);
}

void tst_FrameSync::nestedEventLoopKeepsReceivingFrames()
{
    const auto view = show();
    startStream();
    bool nested = false;
    int inside = 0;
    connect(store.get(), &StateStore::committed, store.get(), [&] {
        if (std::exchange(nested, true))
            return;
        view->frames = {};
        QVERIFY(feedUntil(1'000, [&] { return view->frames.count >= 40; }));
        inside = store->state->sequence;
    });
    const int before = store->submitted;
    QVERIFY(feedUntil(1'000, [&] { return inside > 0; }));
    QVERIFY(inside > before + 40);
    QCOMPARE(view->frames.torn, 0);
    QCOMPARE(view->frames.unshown, 0);
    QVERIFY(feedUntil(1'000, [&] { return store->state->sequence > inside + 100; }));
}

void tst_FrameSync::idleWindowIsAskedForNothing()
{
    const auto view = show();
    startStream();
    QTRY_COMPARE_WITH_TIMEOUT(store->pendingUpdates(), 0, patience);
    QTest::qWait(100);
    const RequestCounter counter(view->window.get());
    QTest::qWait(300);
    QCOMPARE(counter.requests, 0);
    // One that comes alone is no reason to ask either: it shows by itself.
    const qint64 flushes = BatchCoordinator::instance()->metrics().flushes;
    store->submit();
    QCoreApplication::processEvents();
    QCOMPARE(BatchCoordinator::instance()->metrics().flushes, flushes + 1);
    QCOMPARE(store->pendingUpdates(), 0);
}

void tst_FrameSync::windowIsNotAskedForWhatNobodyObserves()
{
    QQuickWindow window;
    window.resize(width, 40);
    window.show();
    QVERIFY(QTest::qWaitForWindowExposed(&window, patience));
    startStream();
    QTest::qWait(100);
    const RequestCounter counter(&window);
    int before = store->submitted;
    QVERIFY(feedUntil(1'000, [&] { return store->state->sequence > before + 200; }));
    QCOMPARE(counter.requests, 0);

    // A binding in no window of its own is observer enough.
    QQmlComponent component(&engine);
    component.setData(R"(
        import QtQml
        QtObject {
            required property QtObject store
            readonly property int sequence: store.sequence
        })",
                      {});
    std::unique_ptr<QObject> object(component.createWithInitialProperties(
        {{u"store"_s, QVariant::fromValue<QObject *>(store.get())}}));
    QVERIFY2(object, qPrintable(component.errorString()));
    before = store->submitted;
    QVERIFY(feedUntil(1'000, [&] { return store->state->sequence > before + 200; }));
    QVERIFY(counter.requests > 0);
}

void tst_FrameSync::anyWindowCanBeAttached()
{
    FrameSync::attach(nullptr);
    {
        QRasterWindow window;
        window.resize(width, 40);
        window.show();
        QVERIFY(QTest::qWaitForWindowExposed(&window, patience));
        RequestCounter counter(&window);
        startStream();
        QCOMPARE(counter.requests, 0);
        FrameSync::attach(&window);
        FrameSync::attach(&window);
        connect(store.get(), &FeedStore::sequenceChanged, &window, &QWindow::requestUpdate);
        const qint64 before = BatchCoordinator::instance()->metrics().flushes;
        QVERIFY(feedUntil(1'000, [&] { return counter.requests >= 100; }));
        const qint64 flushes = BatchCoordinator::instance()->metrics().flushes - before;
        QVERIFY2(flushes <= 110, qPrintable(QString::number(flushes)));
        QVERIFY(flushes >= 90);
    }
    const int before = store->submitted;
    QVERIFY(feedUntil(1'000, [&] { return store->state->sequence > before + 100; }));
}

void tst_FrameSync::renderControlIsServedByFlushForFrame()
{
    QQuickRenderControl control;
    QQuickWindow window(&control);
    auto *probe = new Probe(&window);
    QQuickItem *row = makeRow(window.contentItem(), probe);
    QVERIFY(row);
    row->setSize(QSizeF(width, 40));
    startStream();
    for (int i = 0; i < 100; ++i)
        store->submit();
    QVERIFY(store->pendingUpdates() >= 100);
    probe->takeRepeated();
    BatchCoordinator::instance()->flushForFrame();
    QCOMPARE(store->pendingUpdates(), 0);
    QCOMPARE(row->property("sequence").toInt(), store->submitted);
    QCOMPARE(probe->takeRepeated(), 0);
    control.polishItems();
    QCOMPARE(row->findChild<QQuickItem *>(u"left"_s)->width(), store->left());
}

QTEST_MAIN(tst_FrameSync)
#include "tst_framesync.moc"
