#include "optimizationengine.h"
#include <QtCore/qstringlistmodel.h>
namespace Axiom {
class OptimizationEngine::Private
{
public:
    QStringListModel m;
    bool a = false;
};
OptimizationTarget::~OptimizationTarget() = default;
OptimizationEngine::OptimizationEngine(QObject *p) : QObject(p), d(std::make_unique<Private>()) { }
OptimizationEngine::~OptimizationEngine() = default;
bool OptimizationEngine::isAutoApply() const
{
    return d->a;
}
void OptimizationEngine::setAutoApply(bool a)
{
    d->a = a;
    Q_EMIT autoApplyChanged();
}
QAbstractItemModel *OptimizationEngine::optimizations() const
{
    return &d->m;
}
bool OptimizationEngine::apply(int)
{
    return false;
}
bool OptimizationEngine::undo(int)
{
    return false;
}
void OptimizationEngine::add(OptimizationTarget *) { }
void OptimizationEngine::remove(OptimizationTarget *) { }
void OptimizationEngine::check() { }
bool OptimizationEngine::isBusy() const
{
    return false;
}
void OptimizationEngine::setClock(const Clock *) { }
QString OptimizationSuggestion::action() const
{
    return {};
}
} // namespace Axiom
#include "moc_optimizationengine.cpp"
#include "moc_optimizationsuggestion.cpp"
