// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

// An object that QML knows as a context property: before and after.

#pragma once

#include <AxiomState/StateStore>

#include <QtQml/qqmlapplicationengine.h>
#include <QtQml/qqmlcontext.h>
#include <QtQml/qqmlregistration.h>

//! [context before]
class Settings : public QObject
{
    Q_OBJECT
    Q_PROPERTY(QString user READ user WRITE setUser NOTIFY userChanged)

public:
    QString user() const { return m_user; }
    void setUser(const QString &user)
    {
        if (user == m_user)
            return;
        m_user = user;
        Q_EMIT userChanged();
    }

Q_SIGNALS:
    void userChanged();

private:
    QString m_user;
};

inline void show(QQmlApplicationEngine &engine, Settings &settings, const QUrl &window)
{
    engine.rootContext()->setContextProperty(QStringLiteral("settings"), &settings);
    engine.load(window);
}
//! [context before]

//! [context after]
struct SettingsState
{
    QString user;
    AXIOM_FIELDS(SettingsState, user)
};

class SettingsStore : public Axiom::StateStore
{
    Q_OBJECT
    QML_ELEMENT
    AXIOM_PROPERTY(QString, user, setUser)

public:
    Axiom::State<SettingsState> state{this};
};

inline void show(QQmlApplicationEngine &engine, SettingsStore &settings, const QUrl &window)
{
    engine.setInitialProperties({{QStringLiteral("settings"), QVariant::fromValue(&settings)}});
    engine.load(window);
}
//! [context after]
